package dev.persistor.avro;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.persistor.avro", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule theFormatLeansOnTheCoreAndNoCloud = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "dev.persistor.avro..",
                    "dev.persistor.core.format..",
                    "dev.persistor.core.message..",
                    "dev.persistor.core.naming..",
                    "dev.persistor.core.store..",
                    "org.apache.avro..",
                    "org.jspecify.annotations..",
                    "com.fasterxml.jackson.core..",
                    "com.github.luben.zstd..");

    @ArchTest
    static final ArchRule onlyOneClassTouchesTheLibraryThatMayBeMissing = noClasses()
            .that()
            .doNotHaveSimpleName("Zstandard")
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
