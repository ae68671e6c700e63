package dev.persistor.gcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.format.RawFormat;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.testkit.GcsServer;
import dev.persistor.testkit.GcsServer.Fault;
import dev.persistor.testkit.MessageGenerator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Events over HTTP, through the real Functions Framework, into the testkit's Cloud Storage. Tests share functions, so they run one after
 * another, and each finds an empty bucket.
 */
@Timeout(120)
class PubSubFunctionsTest {

    private static final String[] CLOUD_EVENT = {
        "ce-id", "e1",
        "ce-specversion", "1.0",
        "ce-type", "google.cloud.pubsub.topic.v1.messagePublished",
        "ce-source", "//pubsub.googleapis.com/projects/p/topics/orders-topic",
        "ce-time", "2026-01-31T02:10:00Z",
        "Content-Type", "application/json"
    };

    private static GcsServer gcs;
    private static SharedFunctions functions;

    @BeforeAll
    static void startServer() throws IOException {
        gcs = GcsServer.start();
        functions = new SharedFunctions(Map.of(
                "PERSISTOR_STORE",
                "gs://archive",
                "STORAGE_EMULATOR_HOST",
                gcs.endpoint(),
                "PERSISTOR_RETRY_DEADLINE",
                "300ms"));
    }

    @AfterAll
    static void stopServer() {
        functions.close();
        gcs.close();
    }

    @BeforeEach
    void emptyBucket() {
        gcs.reset();
    }

    private static FunctionsFramework endpointWithQuarantine() throws IOException {
        return functions.get(
                PubSubPushEndpoint.class,
                "PERSISTOR_QUARANTINE",
                "true",
                "PERSISTOR_UNWRAPPED_ATTRIBUTES",
                "eventtype");
    }

    private static byte[] event(byte[] payload) {
        return event("77", payload);
    }

    private static byte[] event(String id, byte[] payload) {
        return ("{\"message\":{\"data\":\"" + Base64.getEncoder().encodeToString(payload)
                        + "\",\"attributes\":{\"b\":\"2\",\"a\":\"é😀\"},\"messageId\":\"" + id + "\",\"message_id\":\""
                        + id + "\","
                        + "\"publishTime\":\"2026-01-31T02:10:00.123Z\",\"publish_time\":\"2026-01-31T02:10:00.123Z\","
                        + "\"orderingKey\":\"key/1\"},\"subscription\":\"projects/p/subscriptions/orders\","
                        + "\"deliveryAttempt\":3}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private List<BlobInfo> blobs() {
        try (BlobStore store = open()) {
            return store.list("").toList();
        }
    }

    private BlobStore open() {
        return BlobStores.open(URI.create("gs://archive"), Map.of("STORAGE_EMULATOR_HOST", gcs.endpoint()));
    }

    private Message message(BlobInfo info) {
        try (BlobStore store = open();
                OpenBlob blob = store.open(info.name())) {
            return new RawFormat().decode(blob, store);
        }
    }

    private Message onlyMessage() {
        List<BlobInfo> infos = blobs();
        assertThat(infos).hasSize(1);
        return message(infos.get(0));
    }

    /** All by one function: to start one takes longer than what it does here. */
    @Test
    void anEventIsArchivedByteForByteAndItsRedeliveryWritesNothing() throws Exception {
        List<byte[]> payloads = List.of(
                new byte[0],
                MessageGenerator.allBytes(),
                new byte[] {(byte) 0xC3, 0x28},
                new MessageGenerator(1).bytes(1 << 20));
        FunctionsFramework function = functions.get(PubSubFunction.class);
        for (int i = 0; i < payloads.size(); i++) {
            byte[] event = event("7" + i, payloads.get(i));
            assertThat(function.post(event, CLOUD_EVENT).statusCode()).isEqualTo(200);
            assertThat(function.post(event, CLOUD_EVENT).statusCode()).isEqualTo(200);
        }
        assertThat(blobs())
                .extracting(info -> info.name().value())
                .containsExactly(
                        "orders/2026/01/31/02/70.bin",
                        "orders/2026/01/31/02/71.bin",
                        "orders/2026/01/31/02/72.bin",
                        "orders/2026/01/31/02/73.bin");
        for (int i = 0; i < payloads.size(); i++) {
            Message message = message(blobs().get(i));
            assertThat(message.payload()).isEqualTo(java.nio.ByteBuffer.wrap(payloads.get(i)));
            assertThat(message.id()).isEqualTo("7" + i);
            assertThat(message.source()).isEqualTo("orders");
            assertThat(message.publishTime()).isEqualTo(Instant.parse("2026-01-31T02:10:00.123Z"));
            assertThat(message.orderingKey()).contains("key/1");
            assertThat(message.deliveryAttempt()).hasValue(3);
            assertThat(message.attributes().toMap()).containsExactly(Map.entry("a", "é😀"), Map.entry("b", "2"));
        }
    }

    private static byte[] structured(String data) {
        return ("{\"specversion\":\"1.0\",\"id\":\"e1\",\"type\":\"google.cloud.pubsub.topic.v1.messagePublished\","
                        + "\"source\":\"//pubsub.googleapis.com/projects/p/topics/orders-topic\","
                        + "\"datacontenttype\":\"application/json\"," + data + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    static Stream<byte[]> structuredEvents() {
        byte[] event = event(MessageGenerator.allBytes());
        return Stream.of(
                structured("\"data\":" + new String(event, StandardCharsets.UTF_8)),
                structured("\"data_base64\":\"" + Base64.getEncoder().encodeToString(event) + "\""));
    }

    @ParameterizedTest
    @MethodSource("structuredEvents")
    void anEventInStructuredModeIsArchivedAsOneInBinaryModeIs(byte[] structured) throws Exception {
        FunctionsFramework function = functions.get(PubSubFunction.class);
        assertThat(function.post(structured, "Content-Type", "application/cloudevents+json")
                        .statusCode())
                .isEqualTo(200);
        Message message = onlyMessage();
        assertThat(message.payload()).isEqualTo(java.nio.ByteBuffer.wrap(MessageGenerator.allBytes()));
        assertThat(message.attributes().toMap()).containsExactly(Map.entry("a", "é😀"), Map.entry("b", "2"));
        assertThat(blobs().get(0).name().value()).isEqualTo("orders/2026/01/31/02/77.bin");
    }

    @Test
    void aMessageOfAttributesAloneHasAnEmptyPayload() throws Exception {
        String event = "{\"message\":{\"attributes\":{\"a\":\"1\"},\"messageId\":\"77\","
                + "\"publishTime\":\"2026-01-31T02:10:00Z\"},\"subscription\":\"projects/p/subscriptions/orders\"}";
        FunctionsFramework function = functions.get(PubSubFunction.class);
        assertThat(function.post(event.getBytes(StandardCharsets.UTF_8), CLOUD_EVENT)
                        .statusCode())
                .isEqualTo(200);
        assertThat(onlyMessage().payloadSize()).isZero();
        assertThat(onlyMessage().attributes().toMap()).containsExactly(Map.entry("a", "1"));
    }

    @Test
    void aRequestThatIsNoEventIsRefusedByTheFrameworkAndByThePushEndpointForGood() throws Exception {
        byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
        FunctionsFramework function = functions.get(PubSubFunction.class);
        assertThat(function.post(body).statusCode()).isEqualTo(500);
        FunctionsFramework endpoint = functions.get(PubSubPushEndpoint.class);
        assertThat(endpoint.post(body).statusCode()).isEqualTo(400);
    }

    @Test
    void aStoreThatIsDownGivesTheEventBackUntilItIsUp() throws Exception {
        FunctionsFramework function = functions.get(PubSubFunction.class);
        gcs.failUploads(Stream.generate(() -> Fault.UNAVAILABLE).limit(500).toArray(Fault[]::new));
        assertThat(function.post(event(new byte[] {1}), CLOUD_EVENT).statusCode())
                .isEqualTo(500);
        assertThat(blobs()).isEmpty();
        assertThat(function.log())
                .contains("Not persisted: 1 message(s) of orders")
                .contains("77");
        gcs.clearFaults();
        assertThat(function.post(event(new byte[] {1}), CLOUD_EVENT).statusCode())
                .isEqualTo(200);
        assertThat(onlyMessage().payloadSize()).isEqualTo(1);
    }

    @Test
    void withQuarantineWhatCannotBeUnderstoodIsStoredAsItCame() throws Exception {
        byte[] body = "not json".getBytes(StandardCharsets.UTF_8);
        FunctionsFramework endpoint = endpointWithQuarantine();
        assertThat(endpoint.post(body, "Authorization", "Bearer s3cret").statusCode())
                .isEqualTo(204);
        assertThat(blobs()).hasSize(1);
        assertThat(blobs().get(0).name().value()).startsWith("_quarantine/pubsub/");
        assertThat(blobs().get(0).metadata().asMap().toString()).doesNotContain("s3cret");
        FunctionsFramework function = functions.get(PubSubFunction.class, "PERSISTOR_QUARANTINE", "true");
        assertThat(function.post(body, CLOUD_EVENT).statusCode()).isEqualTo(200);
    }

    @Test
    void unwrappedMessagesOfEqualBodiesAreQuarantinedEachForItself() throws Exception {
        FunctionsFramework function = endpointWithQuarantine();
        for (String id : List.of("1", "2", "2")) {
            HttpResponse<String> answer = function.post(
                    new byte[] {1},
                    "x-goog-pubsub-message-id",
                    id,
                    "eventtype",
                    "created",
                    "Authorization",
                    "Bearer s3cret",
                    "Cookie",
                    "session=s3cret");
            assertThat(answer.statusCode()).isEqualTo(204);
        }
        assertThat(blobs())
                .extracting(info -> info.metadata().get("persistor-attributes").orElseThrow())
                .containsExactlyInAnyOrder(
                        "[[\"eventtype\",\"created\"],[\"x-goog-pubsub-message-id\",\"1\"]]",
                        "[[\"eventtype\",\"created\"],[\"x-goog-pubsub-message-id\",\"2\"]]");
        assertThat(blobs()).noneMatch(info -> info.metadata().asMap().toString().contains("s3cret"));
    }

    @Test
    void pushedMessagesAreArchivedWrappedAndUnwrapped() throws Exception {
        FunctionsFramework function =
                functions.get(PubSubPushEndpoint.class, "PERSISTOR_UNWRAPPED_ATTRIBUTES", "eventtype, customer-*");
        assertThat(function.post(event(MessageGenerator.allBytes())).statusCode())
                .isEqualTo(204);
        HttpResponse<String> answer = function.post(
                MessageGenerator.allBytes(),
                "x-goog-pubsub-message-id",
                "78",
                "x-goog-pubsub-publish-time",
                "2026-01-31T02:10:00Z",
                "x-goog-pubsub-subscription-name",
                "projects/p/subscriptions/orders",
                "eventtype",
                "created");
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(blobs())
                .extracting(info -> info.name().value())
                .containsExactly("orders/2026/01/31/02/77.bin", "orders/2026/01/31/02/78.bin");
        assertThat(blobs()).extracting(BlobInfo::size).containsExactly(256L, 256L);
        assertThat(blobs().get(1).metadata().get("persistor-attributes")).contains("[[\"eventtype\",\"created\"]]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // What nobody allowed is not archived: it may be a credential that some proxy adds.
                "ce-* | [[\"ce-type\",\"t\"]]",
                "eventtype, customer-* | [[\"customer-id\",\"7\"],[\"eventtype\",\"created\"]]",
                "* | [[\"ce-type\",\"t\"],[\"customer-id\",\"7\"],[\"eventtype\",\"created\"],[\"x-token-of-a-proxy\",\"s3cret\"]]",
            })
    void anUnwrappedPushIsArchivedWithTheHeadersThatAreAllowedAlone(String names, String attributes) throws Exception {
        FunctionsFramework function = functions.get(PubSubPushEndpoint.class, "PERSISTOR_UNWRAPPED_ATTRIBUTES", names);
        HttpResponse<String> answer = function.post(
                new byte[] {1},
                "x-goog-pubsub-message-id",
                "78",
                "x-goog-pubsub-publish-time",
                "2026-01-31T02:10:00Z",
                "Content-Type",
                "text/plain",
                "ce-type",
                "t",
                "eventtype",
                "created",
                "customer-id",
                "7",
                "x-token-of-a-proxy",
                "s3cret",
                "Authorization",
                "Bearer s3cret",
                "Cookie",
                "session=s3cret",
                "X-Forwarded-For",
                "192.0.2.1",
                "X-Serverless-Authorization",
                "Bearer s3cret",
                "traceparent",
                "00-0-0-0");
        assertThat(answer.statusCode()).isEqualTo(204);
        BlobInfo blob = blobs().get(0);
        assertThat(blob.metadata().get("persistor-attributes")).contains(attributes);
        assertThat(onlyMessage().brokerProperties().text("contentType")).contains("text/plain");
        if (!names.equals("*")) {
            assertThat(blob.metadata().asMap().toString()).doesNotContain("s3cret");
            assertThat(function.log())
                    .contains("The header x-token-of-a-proxy of an unwrapped push is not archived")
                    .doesNotContain("s3cret");
        }
    }

    private static final String BEYOND_THE_CALENDAR = "+1000000000-12-31T23:59:59.999999999Z";

    /** An exception would come back with each of its redeliveries. */
    @Test
    void aTimeBeyondTheCalendarIsMalformedAndGoesToQuarantine() throws Exception {
        byte[] wrapped = new String(event(new byte[] {1}), StandardCharsets.UTF_8)
                .replace("2026-01-31T02:10:00.123Z", BEYOND_THE_CALENDAR)
                .getBytes(StandardCharsets.UTF_8);
        String[] unwrapped = {
            "x-goog-pubsub-message-id", "78", "x-goog-pubsub-publish-time", BEYOND_THE_CALENDAR,
        };
        FunctionsFramework function = functions.get(PubSubPushEndpoint.class);
        for (HttpResponse<String> answer : List.of(function.post(wrapped), function.post(new byte[] {1}, unwrapped))) {
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).startsWith("the publish time must be from -999999998-01-01T00:00:00Z");
        }
        FunctionsFramework quarantining = endpointWithQuarantine();
        assertThat(quarantining.post(wrapped).statusCode()).isEqualTo(204);
        assertThat(quarantining.post(new byte[] {1}, unwrapped).statusCode()).isEqualTo(204);
        assertThat(blobs()).hasSize(2).allMatch(blob -> blob.name().value().startsWith("_quarantine/"));
    }

    @Test
    void aPushIsAnsweredByWhatBecameOfIt() throws Exception {
        FunctionsFramework function = functions.get(PubSubPushEndpoint.class);
        assertThat(function.get().statusCode()).isEqualTo(405);
        gcs.failUploads(Stream.generate(() -> Fault.UNAVAILABLE).limit(500).toArray(Fault[]::new));
        assertThat(function.post(event(new byte[] {1})).statusCode()).isEqualTo(503);
        gcs.clearFaults();
        assertThat(function.post(event(new byte[] {1})).statusCode()).isEqualTo(204);
        assertThat(function.post(new byte[(16 << 20) + 1]).statusCode()).isEqualTo(413);
    }

    @Test
    void aWrongConfigurationFailsEachInvocationWithAllItsProblems() throws Exception {
        FunctionsFramework function =
                functions.get(PubSubFunction.class, "PERSISTOR_PATH", "{idd}", "PERSISTOR_QUARANTINE", "maybe");
        for (int i = 0; i < 2; i++) {
            assertThat(function.post(event(new byte[0]), CLOUD_EVENT).statusCode())
                    .isEqualTo(500);
        }
        assertThat(function.log())
                .contains("PERSISTOR_PATH is \"{idd}\": column 1")
                .contains("PERSISTOR_QUARANTINE is \"maybe\"");
    }
}
