package dev.persistor.standalone;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;

@AnalyzeClasses(packages = "dev.persistor.standalone", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule whatAllCommandsShareUsesNoCommand = ArchRuleDefinition.noClasses()
            .that()
            .resideInAPackage("dev.persistor.standalone.cli")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.persistor.standalone",
                    "dev.persistor.standalone.cost..",
                    "dev.persistor.standalone.explore..",
                    "dev.persistor.standalone.recovery..",
                    "dev.persistor.standalone.run..");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.persistor.standalone.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule theCommandsOfRecoveryStandAlone = ArchRuleDefinition.noClasses()
            .that()
            .resideInAnyPackage("dev.persistor.standalone.cost..", "dev.persistor.standalone.run..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.persistor.standalone.recovery..");
}
