package dev.persistor.gcp;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.persistor.gcp", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule oneCloudKnowsNothingOfAnother = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.azure..", "com.microsoft..", "dev.persistor.azure..");

    @ArchTest
    static final ArchRule functionsThatArePushedToDoWithoutTheClient = noClasses()
            .that()
            .haveNameNotMatching(
                    ".*\\.(PubSubPublisher|PubSubMapping|PubSubErrors|PubSubTopic|PubSubSubscription|PubSubStream|PubSubSeek|PubSubCalls|PubSubReplies|PubSubDelivery)(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.google.cloud.pubsub..", "com.google.pubsub..", "io.grpc..")
            .because("it is deployed with -Ppull only");

    private static final String OF_FUNCTIONS = ".*\\.(\\w+Function|PubSubPushEndpoint|PullRequests)(\\$.*)?";

    @ArchTest
    static final ArchRule storesFeedsAndPublishersDoWithoutTheFunctions = noClasses()
            .that()
            .haveNameNotMatching(OF_FUNCTIONS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.google.cloud.functions..", "io.cloudevents..")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("dev.persistor.gcp" + OF_FUNCTIONS)
            .because("the command has no functions-framework-api on its class path");

    @ArchTest
    static final ArchRule nothingReadsTheWallClock = noClasses()
            .should()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .because("a redelivered message must find its blob, whenever it comes");
}
