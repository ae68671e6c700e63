package dev.persistor.azure;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.persistor.azure", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule oneCloudKnowsNothingOfAnother =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("com.google..", "dev.persistor.gcp..");

    @ArchTest
    static final ArchRule nothingReadsTheWallClock = noClasses()
            .should()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .because("a redelivered message must find its blob, whenever it comes");

    @ArchTest
    static final ArchRule settingsAreReadByInvocations = noClasses()
            .should()
            .callMethodWhere(DescribedPredicate.describe(
                    "the environment is read while a class is initialised",
                    call -> call.getTarget().getName().equals("getenv")
                            && call.getOrigin().getName().equals("<clinit>")
                            && !call.isDeclaredInLambda()))
            .because("the settings of a placeholder may arrive after that");
}
