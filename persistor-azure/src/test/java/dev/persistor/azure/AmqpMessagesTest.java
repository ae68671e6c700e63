package dev.persistor.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.messaging.eventhubs.EventHubConsumerClient;
import com.azure.messaging.eventhubs.models.EventPosition;
import com.azure.messaging.eventhubs.models.PartitionEvent;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.capture.MalformedEventException;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Message;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.PullReport;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.testkit.azure.AmqpMessage;
import dev.persistor.testkit.azure.AmqpServer;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Decimal64;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnknownDescribedType;
import org.apache.qpid.proton.amqp.UnsignedByte;
import org.apache.qpid.proton.amqp.UnsignedInteger;
import org.apache.qpid.proton.amqp.UnsignedLong;
import org.apache.qpid.proton.amqp.UnsignedShort;
import org.apache.qpid.proton.amqp.messaging.AmqpSequence;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What is archived of AMQP messages of any kind that Azure's own clients receive, and what a replay sends of them. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
class AmqpMessagesTest {

    private static final Object LIST = List.of("a", 1, true);
    private static final Object DESCRIBED = new UnknownDescribedType(Symbol.valueOf("x:y"), "described");

    private final BlobStore memory = BlobStore.over(new MemoryDriver());
    private AmqpServer server;

    @BeforeEach
    void start() throws IOException {
        server =
                AmqpServer.start().queue("source").queue("target").hub("hub", 1).hub("target-hub", 1);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static byte[] payload(Message message) {
        byte[] payload = new byte[message.payloadSize()];
        message.payload().get(payload);
        return payload;
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Optional<String> body(Message message) {
        return message.brokerProperties().text("amqpBody");
    }

    /** The rules that both brokers share. */
    abstract class Both {

        private final String entity;

        Both(String entity) {
            this.entity = entity;
        }

        /** Archives all that the entity has. */
        abstract List<Message> archived(int messages);

        final Message archived(Object... sections) {
            server.place(entity, AmqpSample.of(sections));
            return archived(1).get(0);
        }

        @Test
        void aDataSectionIsThePayload() {
            Message message = archived(new Data(new Binary(new byte[] {0, -1, 3})));
            assertThat(payload(message)).containsExactly(0, -1, 3);
            assertThat(body(message)).isEmpty();
        }

        @Test
        void aTextIsKeptAsItsUtf8() {
            Message message = archived(new AmqpValue("héllo"));
            assertThat(payload(message)).isEqualTo(utf8("héllo"));
            assertThat(body(message)).contains("string");
        }

        @Test
        void aBinaryValueIsKeptAsItsBytes() {
            Message message = archived(new AmqpValue(new Binary(new byte[] {0, -1, 3})));
            assertThat(payload(message)).containsExactly(0, -1, 3);
            assertThat(body(message)).contains("binary");
        }

        @Test
        void anyOtherValueIsKeptInAmqpsEncoding() {
            for (Object value : List.of(LIST, Map.of("k", 1L), 7, UUID.randomUUID(), DESCRIBED)) {
                server.place(entity, AmqpSample.of(new AmqpValue(value)));
            }
            for (Message message : archived(5)) {
                AmqpMessage sent = server.messages(entity)
                        .get((int) (message.position().orElseThrow().offset()
                                - server.messages(entity).get(0).sequenceNumber()));
                assertThat(payload(message)).isEqualTo(bytes(sent.sections()));
                assertThat(body(message)).contains("value");
            }
        }

        @Test
        void aSequenceIsKeptInAmqpsEncoding() {
            AmqpSequence sequence = new AmqpSequence(List.of("a", 1, List.of(2L)));
            Message message = archived(sequence);
            assertThat(payload(message)).isEqualTo(AmqpCodec.encode(sequence));
            assertThat(body(message)).contains("sequence");
        }

        @Test
        void allSectionsAreKept() {
            Message message = archived(
                    AmqpSample.header(),
                    AmqpSample.deliveryAnnotations("hop", "one", "x-opt-lock-token", UUID.randomUUID()),
                    AmqpSample.annotations(
                            "x-opt-deadletter-source", "elsewhere", "x-opt-own", 5L, "to", "a sender's own"),
                    AmqpSample.properties(),
                    new Data(new Binary(utf8("x"))),
                    AmqpSample.footer("sum", 1L));
            Map<String, AttributeValue> kept = new HashMap<>();
            message.brokerProperties().forEach(property -> kept.put(property.name(), property.value()));
            assertThat(kept)
                    .containsEntry("durable", AttributeValue.of(true))
                    .containsEntry("priority", AttributeValue.of(9))
                    .containsEntry("timeToLive", AttributeValue.of(Duration.ofDays(3)))
                    .containsEntry("messageId", AttributeValue.of("m-1"))
                    .containsEntry("user-id", AttributeValue.of(new byte[] {1, -1}))
                    .containsEntry("to", AttributeValue.of("there"))
                    .containsEntry("subject", AttributeValue.of("order"))
                    .containsEntry("replyTo", AttributeValue.of("replies"))
                    .containsEntry("correlationId", AttributeValue.of("c-1"))
                    .containsEntry("contentType", AttributeValue.of("text/plain"))
                    .containsEntry("contentEncoding", AttributeValue.of("gzip"))
                    .containsEntry("absolute-expiry-time", AttributeValue.of(AmqpSample.TIME.plusSeconds(60)))
                    .containsEntry("creation-time", AttributeValue.of(AmqpSample.TIME))
                    .containsEntry("sessionId", AttributeValue.of("g-1"))
                    .containsEntry("group-sequence", AttributeValue.of(0xFFFF_FFFEL))
                    .containsEntry("replyToSessionId", AttributeValue.of("rg-1"))
                    .containsEntry("deadLetterSource", AttributeValue.of("elsewhere"))
                    .containsEntry("x-opt-own", AttributeValue.of(5L))
                    .containsEntry("annotation.to", AttributeValue.of("a sender's own"))
                    .containsEntry("delivery-annotation.hop", AttributeValue.of("one"))
                    .containsEntry("footer.sum", AttributeValue.of(1L))
                    .doesNotContainKeys(
                            "delivery-annotation.x-opt-lock-token",
                            "x-opt-sequence-number",
                            "x-opt-enqueued-time",
                            "amqpBody");
        }

        @Test
        void attributesKeepEveryTypeOfAmqp() {
            Message message = archived(AmqpSample.attributes(types()), new Data(new Binary(utf8("x"))));
            Map<String, AttributeValue> attributes = new HashMap<>();
            message.attributes().forEach(attribute -> attributes.put(attribute.name(), attribute.value()));
            assertThat(attributes)
                    .containsEntry("null", AttributeValue.ofNull())
                    .containsEntry("ubyte", AttributeValue.of(200))
                    .containsEntry("uint", AttributeValue.of(4_000_000_000L))
                    .containsEntry("ulong", AttributeValue.of(new BigDecimal("18446744073709551615")))
                    .containsEntry("-0", AttributeValue.of(-0.0))
                    .containsEntry("nan", AttributeValue.of(Float.NaN))
                    .containsEntry("symbol", AttributeValue.of("s"))
                    .containsEntry("char", AttributeValue.of("é"))
                    .containsEntry("time", AttributeValue.of(AmqpSample.TIME))
                    .containsEntry("far", AttributeValue.of(Instant.ofEpochMilli(Long.MAX_VALUE)))
                    .containsEntry("Name", AttributeValue.of("a"))
                    .containsEntry("name", AttributeValue.of("b"))
                    .containsEntry("decimal", AttributeValue.of(AmqpCodec.encode(new Decimal64(42))))
                    .containsEntry("list", AttributeValue.of(AmqpCodec.encode(LIST)));
            assertThat(message.brokerProperties().text("amqpType.ubyte")).contains("ubyte");
            assertThat(message.brokerProperties().text("amqpType.symbol")).contains("symbol");
            assertThat(message.brokerProperties().text("amqpType.decimal")).contains("encoded");
            assertThat(message.brokerProperties().text("amqpType.time")).isEmpty();
        }

        @Test
        void attributesAreSentWithTheTypesThatTheyCameWith() throws InterruptedException {
            Map<String, @Nullable Object> types = types();
            Message message = archived(AmqpSample.attributes(types), new Data(new Binary(utf8("x"))));
            Map<String, @Nullable Object> expected = new HashMap<>(types);
            expected.put("symbol", "s");
            expected.replaceAll((name, value) -> value instanceof Date date ? date.toInstant() : value);
            for (MessagePublisher publisher : publishers()) {
                try (publisher) {
                    assertThat(publisher.losses(message)).noneMatch(loss -> loss.contains("attribute"));
                    publisher.publish(message).join();
                }
            }
            assertThat(server.messages("target").get(0).applicationProperties()).isEqualTo(expected);
            assertThat(server.messages("target-hub").get(0).applicationProperties())
                    .isEqualTo(expected);
        }

        @Test
        void propertiesAreSentAsTheyCame() throws InterruptedException {
            Message message = archived(AmqpSample.header(), AmqpSample.properties(), new Data(new Binary(utf8("x"))));
            Map<String, @Nullable Object> expected =
                    new HashMap<>(server.messages(entity).get(0).properties());
            try (MessagePublisher bus = publishers().get(0)) {
                assertThat(bus.losses(message)).isEmpty();
                bus.publish(message).join();
            }
            assertThat(server.messages("target").get(0).properties()).containsAllEntriesOf(expected);
            try (MessagePublisher hub = publishers().get(1)) {
                // A hub does not let events expire one by one.
                assertThat(hub.losses(message))
                        .allMatch(loss -> loss.startsWith("broker property timeToLive"))
                        .isNotEmpty();
                hub.publish(message).join();
            }
            expected.remove("ttl");
            assertThat(server.messages("target-hub").get(0).properties()).containsAllEntriesOf(expected);
        }

        @Test
        void serviceBusGetsTheBodyThatCame() throws InterruptedException {
            List<Object> bodies = List.of(
                    new AmqpValue("héllo"),
                    new AmqpValue(new Binary(new byte[] {0, -1})),
                    new AmqpValue(LIST),
                    new AmqpValue(Map.of("k", 1L)),
                    new AmqpSequence(List.of("a", 1)),
                    new Data(new Binary(new byte[] {1, 2})));
            bodies.forEach(body -> server.place(entity, AmqpSample.of(body)));
            List<Message> messages = archived(bodies.size());
            try (MessagePublisher publisher = ServiceBusPublisher.over(
                    AmqpClients.serviceBus(server).sender().queueName("target").buildAsyncClient())) {
                for (Message message : messages) {
                    assertThat(publisher.losses(message)).isEmpty();
                    publisher.publish(message).join();
                }
            }
            for (int i = 0; i < bodies.size(); i++) {
                assertThat(bytes(server.messages("target").get(i).sections()))
                        .isEqualTo(AmqpCodec.encode(bodies.get(i)));
            }
        }

        @Test
        void whatAClientCannotSendIsTold() throws InterruptedException {
            Message described = archived(new AmqpValue(DESCRIBED));
            try (MessagePublisher bus = publishers().get(0);
                    MessagePublisher hub = publishers().get(1)) {
                assertThat(bus.losses(described)).anyMatch(loss -> loss.startsWith("body: an AMQP body of kind value"));
                bus.publish(described).join();
                assertThat(server.messages("target").get(0).bytes()).isEqualTo(payload(described));
                assertThat(hub.losses(described)).anyMatch(loss -> loss.startsWith("body: an AMQP body of kind value"));
                hub.publish(described).join();
                assertThat(server.messages("target-hub").get(0).bytes()).isEqualTo(payload(described));
            }
        }
    }

    private List<MessagePublisher> publishers() {
        return List.of(
                ServiceBusPublisher.over(AmqpClients.serviceBus(server)
                        .sender()
                        .queueName("target")
                        .buildAsyncClient()),
                EventHubsPublisher.over(
                        AmqpClients.eventHubs(server, "target-hub").buildAsyncProducerClient()));
    }

    private static Map<String, @Nullable Object> types() {
        Map<String, @Nullable Object> types = new LinkedHashMap<>();
        types.put("null", null);
        types.put("string", "s");
        types.put("boolean", true);
        types.put("byte", (byte) -7);
        types.put("short", (short) -7);
        types.put("int", -7);
        types.put("long", -7L);
        types.put("ubyte", UnsignedByte.valueOf((byte) 200));
        types.put("ushort", UnsignedShort.valueOf((short) 60_000));
        types.put("uint", UnsignedInteger.valueOf(4_000_000_000L));
        types.put("ulong", UnsignedLong.valueOf(new BigInteger("18446744073709551615")));
        types.put("float", 0.5f);
        types.put("nan", Float.NaN);
        types.put("double", 0.1);
        types.put("-0", -0.0);
        types.put("uuid", UUID.fromString("0f8fad5b-d9cb-469f-a165-70867728950e"));
        types.put("symbol", Symbol.valueOf("s"));
        types.put("char", 'é');
        types.put("time", Date.from(AmqpSample.TIME));
        types.put("far", AmqpSample.lastTime());
        types.put("decimal", new Decimal64(42));
        types.put("list", LIST);
        types.put("Name", "a");
        types.put("name", "b");
        return types;
    }

    @Nested
    class OfServiceBus extends Both {

        OfServiceBus() {
            super("source");
        }

        private PullReport run(int messages, String... more) {
            Map<String, String> environment = new HashMap<>(Map.of(
                    "PERSISTOR_STORE", "mem:///",
                    "PERSISTOR_FORMAT", "jsonl",
                    "PERSISTOR_RETRY_DEADLINE", "1ms",
                    "PERSISTOR_PULL_IDLE", "1m",
                    "PERSISTOR_PULL_MESSAGES", Integer.toString(messages),
                    "SERVICE_BUS_QUEUE", "source",
                    "SERVICE_BUS_CONNECTION", server.connectionString()));
            for (int i = 0; i < more.length; i += 2) {
                environment.put(more[i], more[i + 1]);
            }
            Capture capture = StoredMessages.capture(memory, environment);
            return ServiceBusPull.archive(capture, PullLimits.of(capture.settings()), environment);
        }

        @Override
        List<Message> archived(int messages) {
            assertThat(run(messages).persisted()).isEqualTo(messages);
            return StoredMessages.in(memory).stream()
                    .sorted(Comparator.comparing(
                            message -> message.position().orElseThrow().offset()))
                    .toList();
        }

        @Test
        void aMessageWithoutATimeToLiveHasNoExpiry() {
            Message message = archived(new Data(new Binary(utf8("x"))));
            assertThat(message.brokerProperties().text("expiresAt")).isEmpty();
            assertThat(message.brokerProperties().text("timeToLive")).isEmpty();
        }

        @Test
        void aMessageWithoutATrueNumberOrTimeIsQuarantinedAndCompleted() {
            server.place(
                    "source",
                    AmqpSample.of(
                            AmqpSample.annotations("x-opt-sequence-number", Long.MIN_VALUE),
                            new Data(new Binary(utf8("one")))));
            server.place(
                    "source",
                    AmqpSample.of(
                            AmqpSample.annotations("x-opt-enqueued-time", AmqpSample.lastTime()),
                            new Data(new Binary(utf8("two")))));
            PullReport report = run(2, "PERSISTOR_QUARANTINE", "true");
            assertThat(report.quarantined()).isEqualTo(2);
            assertThat(memory.list("").toList()).hasSize(2);
        }
    }

    @Nested
    class OfEventHubs extends Both {

        OfEventHubs() {
            super("hub");
        }

        @Override
        List<Message> archived(int messages) {
            Map<String, String> environment = Map.of("EVENT_HUB_CONNECTION", server.connectionString());
            EventHubEvents events = new EventHubEvents("hub", "");
            List<Message> archived = new ArrayList<>();
            try (EventHubConsumerClient client = EventHubPull.client(
                            MessagingConnection.of(EventHubPull.CONNECTION, environment), "hub", environment)
                    .consumerGroup("$Default")
                    .buildConsumerClient()) {
                for (PartitionEvent event :
                        client.receiveFromPartition("0", messages, EventPosition.earliest(), Duration.ofMinutes(1))) {
                    archived.add(events.message("0", event.getData().getRawAmqpMessage()));
                }
            } catch (MalformedEventException e) {
                throw new AssertionError(e);
            }
            return archived;
        }

        @Test
        void anEventWhoseBodyIsNullIsNotTakenForAnEmptyOne() {
            Message message = archived(new AmqpValue(null));
            assertThat(payload(message)).isEqualTo(AmqpCodec.encode(new AmqpValue(null)));
            assertThat(body(message)).contains("value");
        }
    }
}
