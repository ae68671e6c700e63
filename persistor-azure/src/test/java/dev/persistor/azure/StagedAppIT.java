package dev.persistor.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.persistor.testkit.Azurite;
import dev.persistor.testkit.DeployedTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is deployed: the folder that the build has packed. */
class StagedAppIT {

    static final Path APP = Path.of("target/azure-functions/persistor");
    private static final long MAX_BYTES = 15_000_000;

    private static JsonNode json(String file) throws IOException {
        return new ObjectMapper().readTree(APP.resolve(file).toFile());
    }

    private static JsonNode binding(String function) throws IOException {
        return json(function + "/function.json").get("bindings").get(0);
    }

    @Test
    void thereIsAFolderForEachFunctionAndNoOther() throws IOException {
        try (Stream<Path> files = Files.walk(APP, 2)) {
            assertThat(files.filter(file -> file.endsWith("function.json"))
                            .map(file -> APP.relativize(file).getName(0).toString()))
                    .containsExactlyInAnyOrder(
                            "EventGrid",
                            "EventGridWebhook",
                            "EventHub",
                            "Invoker",
                            "ServiceBusQueue",
                            "ServiceBusTopic");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"EventGrid", "EventGridWebhook", "EventHub", "Invoker", "ServiceBusQueue", "ServiceBusTopic"})
    void eachFunctionNamesItsEntryPointInTheJarBesideIt(String function) throws IOException {
        JsonNode app = json(function + "/function.json");
        assertThat(app.get("entryPoint").asText()).isEqualTo("dev.persistor.azure." + function + "Function.run");
        assertThat(APP.resolve(function).resolve(app.get("scriptFile").asText()).normalize())
                .isRegularFile();
    }

    @Test
    void eventHubsComeInBinaryBatchesOfAConsumerGroupOfTheirOwn() throws IOException {
        JsonNode trigger = binding("EventHub");
        assertThat(trigger.get("type").asText()).isEqualTo("eventHubTrigger");
        assertThat(trigger.get("dataType").asText()).isEqualTo("binary");
        assertThat(trigger.get("cardinality").asText()).isEqualToIgnoringCase("many");
        assertThat(trigger.get("eventHubName").asText()).isEqualTo("%EVENT_HUB_NAME%");
        assertThat(trigger.get("consumerGroup").asText()).isEqualTo("%EVENT_HUB_CONSUMER_GROUP%");
        assertThat(trigger.get("connection").asText()).isEqualTo("EVENT_HUB_CONNECTION");
    }

    @Test
    void behindEventHubsStandsARetryPolicyWithoutAnEnd() throws IOException {
        JsonNode retry = json("EventHub/function.json").get("retry");
        assertThat(retry.get("strategy").asText()).isEqualTo("exponentialBackoff");
        assertThat(retry.get("maxRetryCount").asInt()).isEqualTo(-1);
        assertThat(retry.get("minimumInterval").asText()).isEqualTo("00:00:05");
        assertThat(retry.get("maximumInterval").asText()).isEqualTo("00:05:00");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ServiceBusQueue", "ServiceBusTopic"})
    void serviceBusComesInBinaryBatches(String function) throws IOException {
        JsonNode trigger = binding(function);
        assertThat(trigger.get("type").asText()).isEqualTo("serviceBusTrigger");
        assertThat(trigger.get("dataType").asText()).isEqualTo("binary");
        assertThat(trigger.get("cardinality").asText()).isEqualToIgnoringCase("many");
        assertThat(trigger.get("connection").asText()).isEqualTo("SERVICE_BUS_CONNECTION");
    }

    @Test
    void serviceBusNamesItsEntitiesBySettings() throws IOException {
        assertThat(binding("ServiceBusQueue").get("queueName").asText()).isEqualTo("%SERVICE_BUS_QUEUE%");
        assertThat(binding("ServiceBusTopic").get("topicName").asText()).isEqualTo("%SERVICE_BUS_TOPIC%");
        assertThat(binding("ServiceBusTopic").get("subscriptionName").asText()).isEqualTo("%SERVICE_BUS_SUBSCRIPTION%");
    }

    @Test
    void noHttpTriggerIsAnonymous() throws IOException {
        for (String function : List.of("EventGridWebhook", "Invoker")) {
            JsonNode trigger = binding(function);
            assertThat(trigger.get("type").asText()).isEqualTo("httpTrigger");
            assertThat(trigger.get("authLevel").asText()).isEqualToIgnoringCase("function");
        }
        assertThat(binding("EventGrid").get("type").asText()).isEqualTo("eventGridTrigger");
    }

    @Test
    void theHostIsToldToHandOutServiceBusMessagesOneByOneAndToWaitForEventHubs() throws IOException {
        JsonNode host = json("host.json");
        assertThat(host.at("/extensions/serviceBus/maxMessageBatchSize").asInt())
                .as("with more, properties that some messages lack lose their messages")
                .isEqualTo(1);
        assertThat(host.at("/functionTimeout").asText())
                .as("longer than PERSISTOR_EVENT_HUB_DEADLINE by a minute and a half")
                .isEqualTo("00:05:00");
        assertThat(host.at("/extensions/eventHubs/maxEventBatchSize").asInt())
                .as("two rounds of 32 threads, so that a last attempt at writes that hang ends in time")
                .isEqualTo(64);
        assertThat(host.at("/extensionBundle/version").asText()).isEqualTo("[4.0.0, 5.0.0)");
    }

    @Test
    void theAppIsSmallAndHasNoSecondHttpClient() throws IOException {
        try (Stream<Path> files = Files.walk(APP)) {
            List<Path> jars =
                    files.filter(file -> file.toString().endsWith(".jar")).toList();
            assertThat(jars).noneMatch(jar -> jar.toString().contains("netty"));
            assertThat(jars)
                    .as("only a replay or a pull needs the clients of the brokers")
                    .noneMatch(jar -> jar.toString().matches(".*(azure-messaging|azure-core-amqp|proton).*"));
            long bytes = 0;
            for (Path jar : jars) {
                bytes += Files.size(jar);
            }
            assertThat(bytes).isLessThan(MAX_BYTES);
        }
    }

    @Test
    void theStoreKeepsItsContractWithWhatIsDeployedAlone() throws Exception {
        DeployedTests tests = DeployedTests.in(APP)
                .withProperty(Azurite.HOME_PROPERTY, System.getProperty(Azurite.HOME_PROPERTY))
                .withProperty("java.util.logging.config.file", "src/test/resources/logging.properties");
        assertThat(tests.run(AzureBlobStoreTest.class)).isPositive();
    }
}
