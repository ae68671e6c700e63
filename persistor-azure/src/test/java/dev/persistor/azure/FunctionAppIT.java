package dev.persistor.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.testkit.Azurite;
import dev.persistor.testkit.FaultProxy;
import dev.persistor.testkit.FaultProxy.Fault;
import dev.persistor.testkit.MessageGenerator;
import dev.persistor.testkit.azure.AzureFunctionsHost;
import dev.persistor.testkit.azure.AzureFunctionsHost.Response;
import dev.persistor.testkit.azure.EventHubsBatch;
import dev.persistor.testkit.azure.FunctionFailedException;
import dev.persistor.testkit.azure.HostedInvocation;
import dev.persistor.testkit.azure.ServiceBusBatch;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The packed functions, each called as the host calls them, into the real emulator, through a proxy that can fail. To start a host takes
 * longer than what a test does with it, so tests with the same settings share one. They run one after another, and each finds an empty
 * container.
 */
@Timeout(120)
class FunctionAppIT {

    private static final Instant TIME = Instant.parse("2026-01-31T02:10:00.123Z");
    private static final Map<List<String>, AzureFunctionsHost> HOSTS = new HashMap<>();

    private static Azurite azurite;
    private static FaultProxy proxy;
    private static BlobContainerClient container;

    @BeforeAll
    static void startAzurite() throws IOException {
        azurite = Azurite.start();
        proxy = FaultProxy.before(azurite.port());
        container = new BlobServiceClientBuilder()
                .connectionString(azurite.connectionString())
                .buildClient()
                .createBlobContainer("archive");
    }

    @AfterAll
    static void stopAzurite() {
        HOSTS.values().forEach(AzureFunctionsHost::close);
        proxy.close();
        azurite.close();
    }

    @BeforeEach
    void emptyContainer() {
        proxy.clearFaults();
        container
                .listBlobs()
                .forEach(blob -> container.getBlobClient(blob.getName()).delete());
    }

    /** Returns the host that has these settings. */
    private static AzureFunctionsHost host(String... settings) {
        return HOSTS.computeIfAbsent(List.of(settings), each -> start(settings));
    }

    /** Starts the app as on the Consumption plan: its settings arrive when it runs already. */
    private static AzureFunctionsHost start(String... settings) {
        return AzureFunctionsHost.startPlaceholder(StagedAppIT.APP, environment(settings));
    }

    private static Map<String, String> environment(String... settings) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "PERSISTOR_STORE",
                azurite.endpointThrough(proxy.port()) + "/archive",
                "AZURE_STORAGE_CONNECTION_STRING",
                azurite.connectionStringThrough(proxy.port()),
                "PERSISTOR_RETRY_DEADLINE",
                "200ms",
                "PERSISTOR_EVENT_HUB_DEADLINE",
                "1s",
                "EVENT_HUB_NAME",
                "orders-hub",
                "SERVICE_BUS_QUEUE",
                "orders-queue",
                "SERVICE_BUS_TOPIC",
                "orders-topic"));
        for (int i = 0; i < settings.length; i += 2) {
            environment.put(settings[i], settings[i + 1]);
        }
        return environment;
    }

    private BlobStore archive() {
        return BlobStores.open(
                URI.create(azurite.endpoint() + "/archive"),
                Map.of("AZURE_STORAGE_CONNECTION_STRING", azurite.connectionString()));
    }

    private List<String> names() {
        return archive().list("").map(info -> info.name().value()).toList();
    }

    /** All archived messages, in the order of their blobs' names. */
    private List<Message> messages() {
        return StoredMessages.in(archive());
    }

    private void storeIsDown() {
        proxy.failWrites(Stream.generate(() -> Fault.UNAVAILABLE).limit(10_000).toArray(Fault[]::new));
    }

    private static List<byte[]> payloads() {
        return List.of(
                new byte[0],
                MessageGenerator.allBytes(),
                new byte[] {(byte) 0xC3, 0x28, (byte) 0xFF},
                new MessageGenerator(1).bytes(1 << 20));
    }

    @Nested
    class EventHubs {

        private EventHubsBatch batch(List<byte[]> bodies) {
            EventHubsBatch batch = new EventHubsBatch("orders-hub", "persistor", "7");
            for (int i = 0; i < bodies.size(); i++) {
                batch.add(EventHubsBatch.event(bodies.get(i), 41 + i, "42949" + i, TIME.plusMillis(i)));
            }
            return batch;
        }

        @Test
        void aBatchIsArchivedByteForByteAndItsRedeliveryWritesNothing() {
            AzureFunctionsHost host = host();
            host.invoke("EventHub", batch(payloads()).toInvocation());
            host.invoke("EventHub", batch(payloads()).toInvocation());
            assertThat(names())
                    .containsExactly(
                            "orders-hub/2026/01/31/02/7-41.bin",
                            "orders-hub/2026/01/31/02/7-42.bin",
                            "orders-hub/2026/01/31/02/7-43.bin",
                            "orders-hub/2026/01/31/02/7-44.bin");
            List<Message> messages = messages();
            for (int i = 0; i < payloads().size(); i++) {
                assertThat(messages.get(i).payload())
                        .isEqualTo(ByteBuffer.wrap(payloads().get(i)));
                assertThat(messages.get(i).id()).isEqualTo("7-" + (41 + i));
                assertThat(messages.get(i).position()).contains(new Position("7", 41 + i));
                assertThat(messages.get(i).publishTime()).isEqualTo(TIME.plusMillis(i));
                assertThat(messages.get(i).brokerProperties().text("offset")).contains("42949" + i);
            }
        }

        @Test
        void propertiesKeepTheirTypesAndTheBrokersOwnAreApart() {
            Map<String, Object> properties = new LinkedHashMap<>();
            properties.put("text", "é😀");
            properties.put("number", 5);
            properties.put("numeral", "5");
            properties.put("large", Long.MAX_VALUE);
            properties.put("broken", 1.5);
            properties.put("minus zero", -0.0);
            properties.put("decimal", new BigDecimal("0.1000000000000000055511151231257827"));
            properties.put("flag", true);
            properties.put("nothing", null);
            properties.put("list", List.of(1, "two"));
            EventHubsBatch batch = new EventHubsBatch("orders-hub", "persistor", "0")
                    .add(EventHubsBatch.event(new byte[] {1}, 3, "12", TIME)
                            .partitionKey("customer/9")
                            .properties(properties)
                            .systemProperties(Map.of("content-type", "text/plain", "x-opt-custom", 7)));
            AzureFunctionsHost host = host("PERSISTOR_SOURCE", "all");
            host.invoke("EventHub", batch.toInvocation());
            Message message = messages().get(0);
            assertThat(message.source()).isEqualTo("all");
            assertThat(message.orderingKey()).contains("customer/9");
            assertThat(message.attributes().entries())
                    .extracting(entry -> entry.name() + " "
                            + entry.value().type().label() + " " + entry.value().text())
                    .containsExactly(
                            "text string é😀",
                            "number long 5",
                            "numeral string 5",
                            "large long 9223372036854775807",
                            "broken double 1.5",
                            "minus zero double -0.0",
                            "decimal decimal 0.1000000000000000055511151231257827",
                            "flag boolean true",
                            "nothing null ",
                            "list json [1,\"two\"]");
            assertThat(message.brokerProperties().entries())
                    .extracting(entry -> entry.name() + " " + entry.value().text())
                    .containsExactlyInAnyOrder(
                            "offset 12", "partitionKey customer/9", "contentType text/plain", "x-opt-custom 7");
            assertThat(message.brokerProperties().first("x-opt-custom")).contains(AttributeValue.of(7L));
            assertThat(message.brokerProperties().toMap().keySet())
                    .containsExactlyInAnyOrder("offset", "partitionKey", "contentType", "x-opt-custom");
        }

        @Test
        void theOffsetOfAGeoReplicatedNamespaceIsKeptAsItIs() {
            AzureFunctionsHost host = host();
            host.invoke(
                    "EventHub",
                    new EventHubsBatch("orders-hub", "persistor", "0")
                            .add(EventHubsBatch.event(new byte[] {1}, 3, "5:4294967296:1", TIME))
                            .toInvocation());
            assertThat(messages().get(0).brokerProperties().toMap()).isEqualTo(Map.of("offset", "5:4294967296:1"));
            assertThat(messages().get(0).position()).contains(new Position("0", 3));
        }

        @Test
        void whileTheStoreIsDownTheFunctionDoesNotReturnAndAfterwardsNothingIsLost() {
            storeIsDown();
            try (AzureFunctionsHost host = start("PERSISTOR_EVENT_HUB_DEADLINE", "60s")) {
                CompletableFuture<Void> invocation = CompletableFuture.runAsync(
                        () -> host.invoke("EventHub", batch(payloads()).toInvocation()));
                Awaitility.await()
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> host.log().contains("not durable after"));
                assertThat(invocation).isNotDone();
                proxy.clearFaults();
                invocation.join();
                assertThat(messages()).hasSize(4);
            }
        }

        @Test
        void aStoreThatStaysDownFailsTheInvocationSoThatTheHostCallsAgain() {
            storeIsDown();
            AzureFunctionsHost host = host();
            assertThatThrownBy(() -> host.invoke("EventHub", batch(payloads()).toInvocation()))
                    .isInstanceOf(FunctionFailedException.class)
                    .hasMessageContaining("4 message(s) not persisted")
                    .hasMessageContaining("orders-hub 7-41");
            assertThat(names()).isEmpty();
            proxy.clearFaults();
            host.invoke("EventHub", batch(payloads()).toInvocation());
            assertThat(messages()).hasSize(4);
        }

        @Test
        void anEventThatCannotBeUnderstoodIsQuarantinedAndItsNeighboursAreArchived() {
            EventHubsBatch batch = batch(List.of(new byte[] {1}, new byte[] {2}))
                    .add(EventHubsBatch.event(new byte[] {3}, 50, "1", TIME)
                            .systemProperties(Map.of("SequenceNumber", "fifty")));
            AzureFunctionsHost host = host("PERSISTOR_QUARANTINE", "true");
            host.invoke("EventHub", batch.toInvocation());
            host.invoke("EventHub", batch.toInvocation());
            assertThat(names())
                    .hasSize(3)
                    .filteredOn(name -> name.startsWith("_quarantine/orders-hub/"))
                    .hasSize(1);
            AzureFunctionsHost plain = host();
            assertThatThrownBy(() -> plain.invoke("EventHub", batch.toInvocation()))
                    .hasMessageContaining(
                            "SystemPropertiesArray.SequenceNumber must be a number of 0 or more, and is" + " fifty");
        }
    }

    @Nested
    class ServiceBus {

        private ServiceBusBatch.Message full(byte[] body, long sequenceNumber) {
            return ServiceBusBatch.message(body, sequenceNumber, TIME)
                    .deliveryCount(3)
                    .expiresAt(TIME.plusSeconds(60))
                    .messageId("m-1")
                    .sessionId("s-1")
                    .correlationId("c-1")
                    .subject("created")
                    .contentType("application/json")
                    .replyTo("answers")
                    .replyToSessionId("rs-1")
                    .to("somebody")
                    .partitionKey("s-1")
                    .deadLetterSource("earlier")
                    .applicationProperties(Map.of("tries", 2));
        }

        @ParameterizedTest
        @CsvSource({"ServiceBusQueue, orders-queue", "ServiceBusTopic, orders-topic"})
        void aMessageIsArchivedWithAllThatTheBrokerSaysOfItAndItsRedeliveryWritesNothing(
                String function, String source) {
            long sequenceNumber = (2L << 48) + 77;
            AzureFunctionsHost host = host();
            for (byte[] payload : payloads()) {
                HostedInvocation invocation = new ServiceBusBatch()
                        .add(full(payload, sequenceNumber + payload.length))
                        .toInvocation();
                host.invoke(function, invocation);
                host.invoke(function, invocation);
            }
            List<Message> messages = messages();
            assertThat(messages).hasSize(payloads().size());
            for (byte[] payload : payloads()) {
                Message message = messages.stream()
                        .filter(each -> each.payload().equals(ByteBuffer.wrap(payload)))
                        .findFirst()
                        .orElseThrow();
                assertThat(message.source()).isEqualTo(source);
                assertThat(message.id()).isEqualTo(Long.toString(sequenceNumber + payload.length));
                assertThat(message.position()).contains(new Position("2", sequenceNumber + payload.length));
                assertThat(message.publishTime()).isEqualTo(TIME);
                assertThat(message.orderingKey()).contains("s-1");
                assertThat(message.deliveryAttempt()).hasValue(3);
                assertThat(message.attributes().first("tries")).contains(AttributeValue.of(2L));
                assertThat(message.brokerProperties().toMap())
                        .containsEntry("messageId", "m-1")
                        .containsEntry("deadLetterSource", "earlier")
                        .containsEntry("sessionId", "s-1")
                        .containsEntry("correlationId", "c-1")
                        .containsEntry("subject", "created")
                        .containsEntry("contentType", "application/json")
                        .containsEntry("replyTo", "answers")
                        .containsEntry("replyToSessionId", "rs-1")
                        .containsEntry("to", "somebody")
                        .containsEntry("partitionKey", "s-1")
                        .containsEntry("expiresAt", "2026-01-31T02:11:00.123");
            }
        }

        @Test
        void aMessageWithoutAnyOptionalPropertyIsArchivedToo() {
            AzureFunctionsHost host = host();
            host.invoke(
                    "ServiceBusTopic",
                    new ServiceBusBatch()
                            .add(ServiceBusBatch.message(new byte[] {1}, 5, TIME))
                            .toInvocation());
            assertThat(messages()).hasSize(1);
            assertThat(messages().get(0).orderingKey()).isEmpty();
            assertThat(messages().get(0).brokerProperties().first("messageId")).isEmpty();
        }

        @Test
        void inABatchNoPropertyIsGivenToAMessageWhoseItMayNotBe() {
            ServiceBusBatch batch = new ServiceBusBatch()
                    .add(ServiceBusBatch.message(new byte[] {1}, 1, TIME).messageId("m-1"))
                    .add(ServiceBusBatch.message(new byte[] {2}, 2, TIME)
                            .messageId("m-2")
                            .correlationId("c-2"));
            AzureFunctionsHost host = host();
            host.invoke("ServiceBusQueue", batch.toInvocation());
            assertThat(messages())
                    .extracting(message ->
                            message.brokerProperties().text("messageId").orElse("none"))
                    .containsExactly("m-1", "m-2");
            assertThat(messages()).allSatisfy(message -> {
                assertThat(message.brokerProperties().first("correlationId")).isEmpty();
                assertThat(message.brokerProperties().first("unassigned.correlationId"))
                        .contains(AttributeValue.ofJson("[\"c-2\"]"));
            });
        }

        @Test
        void aStoreThatIsDownFailsTheInvocationSoThatTheMessageIsAbandoned() {
            storeIsDown();
            HostedInvocation invocation =
                    new ServiceBusBatch().add(full(new byte[] {1}, 9)).toInvocation();
            AzureFunctionsHost host = host();
            assertThatThrownBy(() -> host.invoke("ServiceBusQueue", invocation))
                    .isInstanceOf(FunctionFailedException.class)
                    .hasMessageContaining("orders-queue 9");
            proxy.clearFaults();
            host.invoke("ServiceBusQueue", invocation);
            assertThat(messages()).hasSize(1);
        }
    }

    @Nested
    class EventGrid {

        /** What is hard to keep: white space, zeros at the end, a name that is there twice, escapes, a large number. */
        private static final String DATA =
                "{ \"at\":\"2026-01-31T02:10:00.100Z\",  \"a\":1.0, \"a\":12345678901234567890.50,"
                        + " \"e\":\"\\u00e9é😀\" }";

        private static final String OWN_SCHEMA = "{\"id\":\"e-1\",\"topic\":\"/subscriptions/s/topics/orders\","
                + "\"subject\":\"o/1\",\"eventType\":\"created\",\"eventTime\":\"2026-01-31T02:10:00.123Z\",\"data\":"
                + DATA
                + ",\"dataVersion\":\"1\"}";

        private static final String CLOUD_EVENT = "{\"specversion\":\"1.0\",\"id\":\"e-1\",\"source\":\"/shops/9\","
                + "\"type\":\"created\",\"time\":\"2026-01-31T02:10:00.123Z\",\"data\":" + DATA + ",\"priority\":5}";

        private Response post(AzureFunctionsHost host, String body, String... headers) {
            Map<String, String> all = new HashMap<>(Map.of("Content-Type", "application/json"));
            for (int i = 0; i < headers.length; i += 2) {
                all.put(headers[i], headers[i + 1]);
            }
            return host.request("EventGridWebhook", "POST", all, body);
        }

        @Test
        void theWebhookArchivesDataByteForByteInBothSchemasAndARedeliveryWritesNothing() {
            AzureFunctionsHost host = host();
            for (int i = 0; i < 2; i++) {
                assertThat(post(host, "[" + OWN_SCHEMA + "]", "aeg-event-type", "Notification")
                                .status())
                        .isEqualTo(200);
                assertThat(post(host, CLOUD_EVENT).status()).isEqualTo(200);
            }
            assertThat(names()).hasSize(2).allMatch(name -> name.contains("/2026/01/31/02/e-1%40"));
            assertThat(messages()).extracting(Message::source).containsExactly("9", "orders");
            assertThat(messages())
                    .extracting(message ->
                            StandardCharsets.UTF_8.decode(message.payload()).toString())
                    .containsOnly(DATA);
            assertThat(messages().get(0).attributes().first("priority")).contains(AttributeValue.of(5L));
            assertThat(messages().get(1).attributes().toMap())
                    .containsEntry("subject", "o/1")
                    .containsEntry("eventType", "created")
                    .containsEntry("topic", "/subscriptions/s/topics/orders");
        }

        @Test
        void theTriggerArchivesWhatTheHostMakesOfAnEvent() {
            AzureFunctionsHost host = host();
            host.invoke("EventGrid", HostedInvocation.eventGridEvent(OWN_SCHEMA));
            host.invoke("EventGrid", HostedInvocation.eventGridEvent(OWN_SCHEMA));
            Message message = messages().get(0);
            assertThat(messages()).hasSize(1);
            assertThat(message.publishTime()).isEqualTo(TIME);
            assertThat(StandardCharsets.UTF_8.decode(message.payload()).toString())
                    .startsWith("{")
                    .contains("\"2026-01-31T02:10:00.1Z\"")
                    .endsWith("}");
        }

        @Test
        void binaryDataComesBackAsItsBytesAndNoDataAsNone() {
            String base64 = java.util.Base64.getEncoder().encodeToString(MessageGenerator.allBytes());
            AzureFunctionsHost host = host();
            post(
                    host,
                    "[{\"id\":\"1\",\"source\":\"/s\",\"data_base64\":\"" + base64
                            + "\"},{\"id\":\"2\",\"source\":\"/s\"}]");
            assertThat(messages())
                    .extracting(Message::payload)
                    .containsExactly(ByteBuffer.wrap(MessageGenerator.allBytes()), ByteBuffer.allocate(0));
            assertThat(messages()).extracting(Message::publishTime).containsOnly(Instant.EPOCH);
        }

        @Test
        void theSameIdOfTwoSourcesIsTwoMessages() {
            AzureFunctionsHost host = host("PERSISTOR_SOURCE", "all");
            post(host, "[{\"id\":\"1\",\"source\":\"/a\",\"data\":1},{\"id\":\"1\",\"source\":\"/b\",\"data\":1}]");
            assertThat(messages()).hasSize(2);
        }

        private static final List<String> MALFORMED = List.of(
                "not json",
                "5",
                "[6]",
                "{}",
                "[{\"id\":7,\"source\":\"/a\"}]",
                "[{\"id\":\"1\"",
                "{\"id\":\"1\",\"source\":\"/a\",\"time\":\"noon\"}",
                "{\"id\":\"1\",\"source\":\"/a\",\"data\":1,\"data\":2}",
                "{\"id\":\"1\",\"id\":\"2\",\"source\":\"/a\"}",
                "{\"id\":\"1\",\"source\":\"/a\",\"data_base64\":\"?\"}");

        @Test
        void whatCannotBeUnderstoodIsRefusedWithAReasonAndSoDeliveredAgain() {
            AzureFunctionsHost host = host();
            for (String body : MALFORMED) {
                Response refused = post(host, body);
                assertThat(refused.status()).as(body).isEqualTo(500);
                assertThat(refused.body()).as(body).contains("1 event(s) refused: ");
            }
            assertThat(names()).isEmpty();
        }

        @Test
        void withQuarantineWhatCannotBeUnderstoodIsStoredAsItCame() {
            AzureFunctionsHost host = host("PERSISTOR_QUARANTINE", "true");
            for (String body : MALFORMED) {
                assertThat(post(host, body).status()).as(body).isEqualTo(200);
            }
            assertThat(names()).hasSize(MALFORMED.size()).allMatch(name -> name.startsWith("_quarantine/eventgrid/"));
        }

        @Test
        void aBodyThatDidNotArriveAsItWasSentIsRefusedAndNeverStored() {
            // Of its own, whose events are counted from one.
            try (AzureFunctionsHost host = start("PERSISTOR_QUARANTINE", "true")) {
                byte[] latin = "{\"id\":\"1\",\"source\":\"/s\",\"data\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1);
                for (String type : List.of("application/octet-stream", "multipart/mixed; boundary=b")) {
                    Response refused = host.request("EventGridWebhook", "POST", Map.of("Content-Type", type), latin);
                    assertThat(refused.status()).as(type).isEqualTo(500);
                    assertThat(refused.body()).contains("the body was altered before it arrived");
                }
                Map<String, String> json = Map.of("Content-Type", "application/json; charset=iso-8859-1");
                assertThat(host.request("EventGridWebhook", "POST", json, latin).status())
                        .isEqualTo(500);
                assertThat(post(host, CLOUD_EVENT, "Transfer-Encoding", "chunked")
                                .body())
                        .contains("delivered no body");
                assertThat(host.log()).contains("Refused event number 4 of this process");
            }
            assertThat(names()).isEmpty();
        }

        @Test
        void binaryContentThatIsAsciiIsArchived() {
            String event = "{\"id\":\"1\",\"source\":\"/s\",\"data\":\"\\u00e9\"}";
            AzureFunctionsHost host = host();
            assertThat(post(host, event, "Content-Type", "application/octet-stream")
                            .status())
                    .isEqualTo(200);
            assertThat(messages().get(0).payload()).isEqualTo(StandardCharsets.UTF_8.encode("\"\\u00e9\""));
        }

        @Test
        void whatTheStandardsAllowIsArchivedAsItStands() throws IOException {
            String common = "{\"specversion\":\"1.0\",\"source\":\"/t\",\"type\":\"a.b\",";
            Map<String, String> times = Map.of(
                    "a", "2022-05-13t14:52:05z",
                    "b", "2016-12-31T23:59:60Z",
                    "c", "0000-01-01T00:00:00Z",
                    "d", "9999-12-31T23:59:59.999999999Z");
            AzureFunctionsHost host = host();
            times.forEach((id, time) -> assertThat(post(
                                    host,
                                    common + "\"id\":\"" + id + "\",\"time\":\"" + time
                                            + "\",\"data\":null,\"data_base64\":\"AQID\"}")
                            .status())
                    .as(time)
                    .isEqualTo(200));
            Map<String, Instant> archived = new HashMap<>();
            messages().forEach(message -> archived.put(message.id().substring(0, 1), message.publishTime()));
            assertThat(archived)
                    .isEqualTo(Map.of(
                            "a", Instant.parse("2022-05-13T14:52:05Z"),
                            "b", Instant.parse("2017-01-01T00:00:00Z"),
                            "c", Instant.parse("0000-01-01T00:00:00Z"),
                            "d", Instant.parse("9999-12-31T23:59:59.999999999Z")));
            assertThat(messages()).extracting(Message::payload).containsOnly(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        }

        @Test
        void theTriggerRefusesWhatTheHostMayHaveReplaced() {
            AzureFunctionsHost host = host();
            for (String data : List.of("\uFFFD", "\\ud800")) {
                HostedInvocation invocation =
                        HostedInvocation.eventGridEvent("{\"id\":\"1\",\"source\":\"/s\",\"data\":\"" + data + "\"}");
                assertThatThrownBy(() -> host.invoke("EventGrid", invocation))
                        .isInstanceOf(FunctionFailedException.class)
                        .hasMessageContaining("the event has U+FFFD at character");
            }
            assertThat(names()).isEmpty();
        }

        @Test
        void aMalformedEventKeepsNoNeighbourFromBeingArchived() {
            AzureFunctionsHost host = host();
            assertThat(post(host, "[{\"id\":\"\"}," + CLOUD_EVENT + "]").status())
                    .isEqualTo(500);
            assertThat(messages()).hasSize(1);
        }

        @Test
        void aStoreThatIsDownIsAnsweredSoThatEventGridDeliversAgain() {
            storeIsDown();
            AzureFunctionsHost host = host();
            assertThat(post(host, CLOUD_EVENT).status()).isEqualTo(503);
            assertThatThrownBy(() -> host.invoke("EventGrid", HostedInvocation.eventGridEvent(CLOUD_EVENT)))
                    .isInstanceOf(FunctionFailedException.class);
            proxy.clearFaults();
            assertThat(post(host, CLOUD_EVENT).status()).isEqualTo(200);
            assertThat(messages()).hasSize(1);
        }

        @Test
        void bothHandshakesAreAnswered() {
            AzureFunctionsHost host = host();
            Response validated = post(
                    host,
                    "[{\"id\":\"1\",\"topic\":\"t\",\"data\":{\"validationCode\":\"c\\\"1\"}}]",
                    "aeg-event-type",
                    "SubscriptionValidation");
            assertThat(validated.status()).isEqualTo(200);
            assertThat(validated.body()).isEqualTo("{\"validationResponse\":\"c\\\"1\"}");
            Response allowed = host.request(
                    "EventGridWebhook", "OPTIONS", Map.of("WebHook-Request-Origin", "eventgrid.azure.net"), "");
            assertThat(allowed.status()).isEqualTo(200);
            assertThat(allowed.headers()).containsEntry("WebHook-Allowed-Origin", "eventgrid.azure.net");
            assertThat(post(host, "[]", "aeg-event-type", "SubscriptionValidation")
                            .status())
                    .isEqualTo(400);
            assertThat(host.request("EventGridWebhook", "OPTIONS", Map.of(), "").status())
                    .isEqualTo(400);
            assertThat(names()).isEmpty();
        }
    }

    @Nested
    class GroupCommit {

        private static final int CALLERS = 64;

        private AzureFunctionsHost hostWithBatches() {
            return host(batches("200ms"));
        }

        private String[] batches(String linger) {
            return new String[] {
                "PERSISTOR_FORMAT", "jsonl", "PERSISTOR_BATCH_MESSAGES", "500", "PERSISTOR_BATCH_LINGER", linger
            };
        }

        private void all(IntConsumer call) {
            ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
            try {
                List<CompletableFuture<Void>> calls = IntStream.range(0, CALLERS)
                        .mapToObj(i -> CompletableFuture.runAsync(() -> call.accept(i), threads))
                        .toList();
                calls.forEach(CompletableFuture::join);
            } finally {
                threads.shutdownNow();
            }
        }

        private Response event(AzureFunctionsHost host, int number) {
            return host.request(
                    "EventGridWebhook",
                    "POST",
                    Map.of("Content-Type", "application/json"),
                    "{\"specversion\":\"1.0\",\"id\":\"e" + number + "\",\"source\":\"/shops/9\",\"type\":\"created\","
                            + "\"time\":\"2026-01-31T02:10:00.123Z\",\"data\":" + number + "}");
        }

        @Test
        void concurrentEventsShareBlobsAndEachIsAnsweredWhenItsBlobIsDurable() {
            AzureFunctionsHost host = hostWithBatches();
            all(i -> assertThat(event(host, i).status()).isEqualTo(200));
            assertThat(messages()).hasSize(CALLERS).extracting(Message::id).doesNotHaveDuplicates();
            assertThat(names()).hasSizeLessThan(CALLERS / 4).allMatch(name -> name.endsWith(".jsonl"));
        }

        @Test
        void concurrentMessagesOfServiceBusShareBlobs() {
            AzureFunctionsHost host = hostWithBatches();
            all(i -> host.invoke(
                    "ServiceBusTopic",
                    new ServiceBusBatch()
                            .add(ServiceBusBatch.message(MessageGenerator.allBytes(), 100 + i, TIME)
                                    .messageId("m-" + i))
                            .toInvocation()));
            assertThat(messages())
                    .hasSize(CALLERS)
                    .extracting(Message::payload)
                    .containsOnly(ByteBuffer.wrap(MessageGenerator.allBytes()));
            assertThat(names()).hasSizeLessThan(CALLERS / 4);
        }

        @Test
        void aFailedBlobFailsEveryInvocationThatSharesItAndNothingIsLostAfterwards() {
            storeIsDown();
            AzureFunctionsHost host = hostWithBatches();
            all(i -> assertThat(event(host, i).status()).isEqualTo(503));
            assertThat(names()).isEmpty();
            proxy.clearFaults();
            all(i -> assertThat(event(host, i).status()).isEqualTo(200));
            assertThat(messages()).hasSize(CALLERS);
        }

        @Test
        void anEventHubsBatchIsOneBlobNamedByItsOffsetsAndItsRedeliveryWritesNothing() {
            EventHubsBatch batch = new EventHubsBatch("orders-hub", "persistor", "7");
            for (int i = 0; i < 20; i++) {
                batch.add(EventHubsBatch.event(new byte[] {(byte) i}, 41 + i, "42949" + i, TIME.plusMillis(i)));
            }
            // An hour's linger shows that a broker's batch waits for nobody.
            try (AzureFunctionsHost host = start(batches("1h"))) {
                host.invoke("EventHub", batch.toInvocation());
                host.invoke("EventHub", batch.toInvocation());
            }
            assertThat(names())
                    .containsExactly("orders-hub/2026/01/31/02/7-00000000000000000041-00000000000000000060.jsonl");
            assertThat(messages()).extracting(Message::id).first().isEqualTo("7-41");
            assertThat(messages()).hasSize(20);
        }
    }

    @Test
    void aWrongConfigurationFailsEachInvocationWithAllItsProblemsAndNoSecret() {
        try (AzureFunctionsHost host = start("PERSISTOR_PATH", "{idd}", "PERSISTOR_QUARANTINE", "maybe")) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> host.invoke(
                                "ServiceBusQueue",
                                new ServiceBusBatch()
                                        .add(ServiceBusBatch.message(new byte[0], 1, TIME))
                                        .toInvocation()))
                        .hasMessageContaining("PERSISTOR_PATH is \"{idd}\": column 1")
                        .hasMessageContaining("PERSISTOR_QUARANTINE is \"maybe\"");
            }
            assertThat(host.request("EventGridWebhook", "POST", Map.of(), "[]").status())
                    .isEqualTo(500);
            assertThat(host.log()).contains("PERSISTOR_PATH").doesNotContain("AccountKey");
        }
    }

    @Test
    void aSettingThatTheProcessCannotDecodeIsAProblemAndNotAnotherSource() {
        Map<String, String> environment = environment("PERSISTOR_SOURCE", "café");
        HostedInvocation invocation = new ServiceBusBatch()
                .add(ServiceBusBatch.message(new byte[0], 1, TIME))
                .toInvocation();
        try (AzureFunctionsHost host = AzureFunctionsHost.start(StagedAppIT.APP, environment)) {
            assertThatThrownBy(() -> host.invoke("ServiceBusQueue", invocation))
                    .hasMessageContaining("PERSISTOR_SOURCE contains U+FFFD");
        }
        assertThat(names()).isEmpty();
        try (AzureFunctionsHost host = AzureFunctionsHost.startPlaceholder(StagedAppIT.APP, environment)) {
            host.invoke("ServiceBusQueue", invocation);
        }
        assertThat(messages()).singleElement().extracting(Message::source).isEqualTo("café");
    }

    @Test
    void manyInvocationsShareOneClientAndLoseNothing() {
        List<HostedInvocation> invocations = Stream.iterate(0, i -> i + 1)
                .limit(64)
                .map(i -> new ServiceBusBatch()
                        .add(ServiceBusBatch.message(new byte[] {i.byteValue()}, i, TIME))
                        .toInvocation())
                .toList();
        long faults = proxy.faults();
        proxy.failWrites(Fault.RESET, Fault.LOST_ANSWER, Fault.UNAVAILABLE);
        try (AzureFunctionsHost host = start("PERSISTOR_RETRY_DEADLINE", "30s")) {
            CompletableFuture<?>[] running = invocations.stream()
                    .map(invocation -> CompletableFuture.runAsync(() -> host.invoke("ServiceBusQueue", invocation)))
                    .toArray(CompletableFuture[]::new);
            Arrays.stream(running).forEach(CompletableFuture::join);
        }
        assertThat(messages()).hasSize(64);
        assertThat(proxy.faults()).isEqualTo(faults + 3);
    }
}
