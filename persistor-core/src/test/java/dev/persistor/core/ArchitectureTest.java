package dev.persistor.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.persistor.core", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule dataFlowsDownThroughTheRooms = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("pull")
            .definedBy("dev.persistor.core.pull")
            .layer("entry")
            .definedBy("dev.persistor.core")
            .layer("config")
            .definedBy("dev.persistor.core.config")
            .layer("replay")
            .definedBy("dev.persistor.core.replay")
            .layer("archive")
            .definedBy("dev.persistor.core.archive")
            .layer("batch")
            .definedBy("dev.persistor.core.batch")
            .layer("naming")
            .definedBy("dev.persistor.core.naming")
            .layer("format")
            .definedBy("dev.persistor.core.format")
            .layer("foreign layouts")
            .definedBy("dev.persistor.core.format.foreign")
            .layer("embedded stores")
            .definedBy("dev.persistor.core.store.*")
            .layer("store")
            .definedBy("dev.persistor.core.store")
            .layer("message")
            .definedBy("dev.persistor.core.message")
            .whereLayer("pull")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("entry")
            .mayOnlyBeAccessedByLayers("pull")
            .whereLayer("config")
            .mayOnlyBeAccessedByLayers("pull", "entry")
            .whereLayer("replay")
            .mayOnlyBeAccessedByLayers("entry")
            .whereLayer("archive")
            .mayOnlyBeAccessedByLayers("pull", "entry", "replay")
            .whereLayer("batch")
            .mayOnlyBeAccessedByLayers("entry")
            .whereLayer("naming")
            .mayOnlyBeAccessedByLayers("pull", "entry", "config", "archive")
            .whereLayer("foreign layouts")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("format")
            .mayOnlyBeAccessedByLayers("entry", "config", "replay", "archive", "foreign layouts")
            .whereLayer("embedded stores")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("store")
            .mayOnlyBeAccessedByLayers(
                    "pull",
                    "entry",
                    "config",
                    "replay",
                    "archive",
                    "naming",
                    "format",
                    "foreign layouts",
                    "embedded stores")
            .whereLayer("message")
            .mayOnlyBeAccessedByLayers("pull", "entry", "replay", "archive", "naming", "format", "foreign layouts");

    @ArchTest
    static final ArchRule theCoreLeansOnFewLibrariesAndNoCloud = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "dev.persistor.core..",
                    "org.slf4j..",
                    "org.jspecify.annotations..",
                    "com.fasterxml.jackson.core..",
                    "dev.failsafe..",
                    "com.github.luben.zstd..");

    @ArchTest
    static final ArchRule onlyOneClassTouchesTheLibraryThatMayBeMissing = noClasses()
            .that()
            .doNotHaveSimpleName("Zstd")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.github.luben.zstd..")
            .because("nothing of it may be loaded where nobody asks for it");

    @ArchTest
    static final ArchRule nothingReadsTheWallClock = noClasses()
            .should()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .because("a redelivered message must find its blob, whenever it comes");
}
