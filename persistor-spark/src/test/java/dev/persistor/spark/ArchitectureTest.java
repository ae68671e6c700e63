package dev.persistor.spark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.persistor.spark", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule theModuleLeansOnTheCoreTheCommandsAndSparkAndOnNoCloud = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "dev.persistor.spark..",
                    "dev.persistor.core..",
                    "dev.persistor.standalone.cli..",
                    "dev.persistor.standalone.recovery..",
                    "org.apache.spark..",
                    "org.jspecify.annotations..",
                    "org.slf4j..",
                    "picocli..",
                    "scala..",
                    "com.fasterxml.jackson.core..");

    @ArchTest
    static final ArchRule onlyTheEntriesReadTheWallClock = noClasses()
            .that()
            .doNotHaveSimpleName("PersistorSource")
            .and()
            .doNotHaveSimpleName("Commands")
            .should()
            .callMethod(java.time.Clock.class, "systemUTC")
            .orShould()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .because("a query means the same messages however long it takes");
}
