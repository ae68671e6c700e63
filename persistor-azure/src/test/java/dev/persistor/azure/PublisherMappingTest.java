package dev.persistor.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.messaging.eventhubs.EventHubProducerAsyncClient;
import com.azure.messaging.servicebus.ServiceBusSenderAsyncClient;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.PublishException;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.testkit.MessageGenerator;
import dev.persistor.testkit.azure.AmqpMessage;
import dev.persistor.testkit.azure.AmqpServer;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.qpid.proton.amqp.DescribedType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What is on the wire of a message that Azure's own clients have sent. */
class PublisherMappingTest {

    private static final UUID ID = UUID.fromString("0f8fad5b-d9cb-469f-a165-70867728950e");
    private static final Instant TIME = Instant.parse("2026-01-31T07:00:00.123Z");
    private static final String TOO_LONG = "k".repeat(129);

    private AmqpServer server;

    @BeforeEach
    void start() throws IOException {
        server = AmqpServer.start().queue("target").hub("hub", 4);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Message.Builder message() {
        return Message.builder().id("41").source("orders").publishTime(TIME);
    }

    private static Message with(String property, String value) {
        return message()
                .brokerProperties(Attributes.builder().add(property, value).build())
                .build();
    }

    /** The rules that both brokers share. */
    abstract class Both {

        private final String entity;
        private MessagePublisher publisher;

        Both(String entity) {
            this.entity = entity;
        }

        abstract MessagePublisher open();

        @BeforeEach
        void openPublisher() {
            publisher = open();
        }

        @AfterEach
        void closePublisher() {
            publisher.close();
        }

        final AmqpMessage sent(Message message) throws InterruptedException {
            publisher.publish(message).join();
            List<AmqpMessage> messages = server.messages(entity);
            return messages.get(messages.size() - 1);
        }

        final List<String> losses(Message message) {
            return publisher.losses(message);
        }

        final PublishException refusal(Message message) throws InterruptedException {
            return Outcomes.failure(publisher.publish(message));
        }

        @Test
        void everyByteOfThePayloadArrives() throws InterruptedException {
            assertThat(sent(message().payload(MessageGenerator.allBytes()).build())
                            .bytes())
                    .isEqualTo(MessageGenerator.allBytes());
            assertThat(sent(message().build()).bytes()).isEmpty();
        }

        @Test
        void attributesKeepTheTypesThatAmqpHas() throws InterruptedException {
            Message message = message()
                    .attributes(Attributes.builder()
                            .add("string", "é😀")
                            .add("empty", "")
                            .add("null", AttributeValue.ofNull())
                            .add("boolean", AttributeValue.of(true))
                            .add("int", AttributeValue.of(5))
                            .add("long", AttributeValue.of(5L))
                            .add("float", AttributeValue.of(0.5f))
                            .add("double", AttributeValue.of(Double.NaN))
                            .add("uuid", AttributeValue.of(ID))
                            .add("time", AttributeValue.of(TIME))
                            .add("bytes", AttributeValue.of(new byte[] {0, -1}))
                            .build())
                    .build();
            assertThat(losses(message)).isEmpty();
            assertThat(sent(message).applicationProperties())
                    .containsEntry("string", "é😀")
                    .containsEntry("empty", "")
                    .containsEntry("null", null)
                    .containsEntry("boolean", true)
                    .containsEntry("int", 5)
                    .containsEntry("long", 5L)
                    .containsEntry("float", 0.5f)
                    .containsEntry("double", Double.NaN)
                    .containsEntry("uuid", ID)
                    .containsEntry("time", TIME)
                    .containsEntry("bytes", ByteBuffer.wrap(new byte[] {0, -1}))
                    .hasSize(11);
        }

        @Test
        void whatAmqpHasNoTypeForBecomesTextAndIsTold() throws InterruptedException {
            Message message = message()
                    .attributes(Attributes.builder()
                            .add("decimal", AttributeValue.of(new BigDecimal("1.50")))
                            .add("json", AttributeValue.ofJson("[1]"))
                            .add("nanos", AttributeValue.of(TIME.plusNanos(1)))
                            .add("far", AttributeValue.of(Instant.MAX))
                            .build())
                    .build();
            assertThat(losses(message))
                    .containsExactly(
                            "attribute decimal: decimal becomes text",
                            "attribute json: json becomes text",
                            "attribute nanos: timestamp becomes text",
                            "attribute far: timestamp becomes text");
            assertThat(sent(message).applicationProperties())
                    .containsEntry("decimal", "1.50")
                    .containsEntry("json", "[1]")
                    .containsEntry("nanos", "2026-01-31T07:00:00.123000001Z")
                    .containsEntry("far", Instant.MAX.toString());
        }

        @Test
        void ofARepeatedNameTheFirstValueIsSentAndTheOthersAreTold() throws InterruptedException {
            Message message = message()
                    .attributes(Attributes.builder()
                            .add("a", "1")
                            .add("b", "2")
                            .add("a", "3")
                            .build())
                    .build();
            assertThat(losses(message)).containsExactly("attribute a: repeated; only the first value is kept");
            assertThat(sent(message).applicationProperties())
                    .containsEntry("a", "1")
                    .containsEntry("b", "2")
                    .hasSize(2);
        }

        @Test
        void halfASurrogatePairIsReplacedAndTold() throws InterruptedException {
            Message message = message()
                    .attributes(Attributes.builder().add("a\uD800", "x\uDC00y").build())
                    .build();
            assertThat(losses(message)).hasSize(2).allMatch(loss -> loss.contains("U+FFFD"));
            assertThat(sent(message).applicationProperties()).containsEntry("a\uFFFD", "x\uFFFDy");
        }

        @Test
        void propertiesOfAnotherBrokerBecomeAttributesAndAreTold() throws InterruptedException {
            Message message = with("iothub-device", "d-1");
            assertThat(losses(message))
                    .containsExactly("broker property iothub-device becomes attribute persistor-broker-iothub-device");
            assertThat(sent(message).applicationProperties()).containsEntry("persistor-broker-iothub-device", "d-1");
        }

        @Test
        void anAttributeOfThatNameIsNotOverwritten() throws InterruptedException {
            Message message = with("iothub-device", "d-1").toBuilder()
                    .attributes(Attributes.builder()
                            .add("persistor-broker-iothub-device", "own")
                            .build())
                    .build();
            assertThat(losses(message))
                    .containsExactly("broker property iothub-device is lost: the attribute"
                            + " persistor-broker-iothub-device already exists");
            assertThat(sent(message).applicationProperties())
                    .containsEntry("persistor-broker-iothub-device", "own")
                    .hasSize(1);
        }

        @Test
        void propertiesOfADeliveryAreNotMissed() throws InterruptedException {
            Message message = message()
                    .brokerProperties(Attributes.builder()
                            .add(BrokerProperties.OFFSET, "4294967296")
                            .add(BrokerProperties.EXPIRES_AT, "9999-12-31T23:59:59Z")
                            .add(BrokerProperties.SCHEDULED_ENQUEUE_TIME, "2030-01-01T00:00:00Z")
                            .add(BrokerProperties.SUBSCRIPTION, "all")
                            .add("x-opt-enqueued-time", "2026-01-31T07:00:00Z")
                            .build())
                    .build();
            assertThat(losses(message)).isEmpty();
            AmqpMessage sent = sent(message);
            assertThat(sent.applicationProperties()).isEmpty();
            assertThat(sent.annotations()).doesNotContainKey("x-opt-scheduled-enqueue-time");
        }

        @Test
        void aKeyThatIsTooLongIsRefusedAndToldAhead() throws InterruptedException {
            Message message = message().orderingKey(TOO_LONG).build();
            assertThat(losses(message))
                    .singleElement()
                    .asString()
                    .contains("129")
                    .contains("128");
            PublishException refusal = refusal(message);
            assertThat(refusal.isRetryable()).isFalse();
            assertThat(refusal)
                    .hasMessageContaining("ordering key")
                    .hasMessageContaining("129")
                    .hasMessageContaining("128");
            assertThat(server.transfers()).isZero();
        }

        @Test
        void aKeyThatIsNoTextIsRefused() throws InterruptedException {
            assertThat(refusal(message().orderingKey("\uD800").build())).hasMessageContaining("not valid Unicode");
        }

        @Test
        void aMessageOfAnyKindIsSentOrRefusedForItsKeyOnly() throws InterruptedException {
            MessageGenerator messages = new MessageGenerator(7);
            for (int i = 0; i < 300; i++) {
                Message message = messages.next();
                if (MessageKey.ofServiceBus(message).refusal().isPresent()) {
                    assertThat(refusal(message).isRetryable()).isFalse();
                } else {
                    assertThat(sent(message).body()).as("seed 7, message %s", i).isEqualTo(message.payload());
                }
            }
        }
    }

    @Nested
    class OnEventHubs extends Both {

        OnEventHubs() {
            super("hub");
        }

        @Override
        MessagePublisher open() {
            EventHubProducerAsyncClient client =
                    AmqpClients.eventHubs(server, "hub").buildAsyncProducerClient();
            return EventHubsPublisher.over(client, RetryBudget.none());
        }

        @Test
        void theOrderingKeyIsThePartitionKey() throws InterruptedException {
            assertThat(sent(message().orderingKey("k").build()).annotations())
                    .containsEntry("x-opt-partition-key", "k");
            assertThat(sent(message().build()).annotations()).doesNotContainKey("x-opt-partition-key");
        }

        @Test
        void amqpsOwnPropertiesStayWhatTheyAre() throws InterruptedException {
            Message message = message()
                    .orderingKey("k")
                    .brokerProperties(Attributes.builder()
                            .add(BrokerProperties.CONTENT_TYPE, "application/json")
                            .add(BrokerProperties.CORRELATION_ID, "c-1")
                            .add(BrokerProperties.MESSAGE_ID, "m-1")
                            .add(BrokerProperties.SUBJECT, "order")
                            .add(BrokerProperties.REPLY_TO, "replies")
                            .add(BrokerProperties.TO, "there")
                            .add(BrokerProperties.PARTITION_KEY, "k")
                            .build())
                    .build();
            assertThat(losses(message)).isEmpty();
            AmqpMessage sent = sent(message);
            assertThat(sent.applicationProperties()).isEmpty();
            assertThat(sent.properties())
                    .containsEntry("content-type", "application/json")
                    .containsEntry("correlation-id", "c-1")
                    .containsEntry("message-id", "m-1")
                    .containsEntry("subject", "order")
                    .containsEntry("reply-to", "replies")
                    .containsEntry("to", "there");
        }

        @Test
        void whatIsServiceBusesOwnBecomesAnAttribute() throws InterruptedException {
            Message message = with(BrokerProperties.TIME_TO_LIVE, "PT1H");
            assertThat(losses(message))
                    .containsExactly("broker property timeToLive becomes attribute persistor-broker-timeToLive");
            assertThat(sent(message).applicationProperties()).containsEntry("persistor-broker-timeToLive", "PT1H");
        }

        @Test
        void aSpanOfTimeBecomesText() throws InterruptedException {
            Message message = message()
                    .attributes(Attributes.builder()
                            .add("span", AttributeValue.of(Duration.ofSeconds(5)))
                            .build())
                    .build();
            assertThat(losses(message)).containsExactly("attribute span: duration becomes text");
            assertThat(sent(message).applicationProperties()).containsEntry("span", "PT5S");
        }

        @Test
        void aMessageThatHasNoIdOfItsSendersGetsNone() throws InterruptedException {
            assertThat(sent(message().build()).properties()).doesNotContainKey("message-id");
        }
    }

    @Nested
    class OnServiceBus extends Both {

        OnServiceBus() {
            super("target");
        }

        @Override
        MessagePublisher open() {
            ServiceBusSenderAsyncClient client =
                    AmqpClients.serviceBus(server).sender().queueName("target").buildAsyncClient();
            return ServiceBusPublisher.over(client, RetryBudget.none());
        }

        @Test
        void theOrderingKeyIsTheSession() throws InterruptedException {
            assertThat(sent(message().orderingKey("k").build()).properties()).containsEntry("group-id", "k");
            assertThat(sent(with(BrokerProperties.SESSION_ID, "s")).properties())
                    .containsEntry("group-id", "s");
        }

        @Test
        void theBrokersOwnPropertiesStayWhatTheyAre() throws InterruptedException {
            Message message = message()
                    .orderingKey("k")
                    .brokerProperties(Attributes.builder()
                            .add(BrokerProperties.CONTENT_TYPE, "application/json")
                            .add(BrokerProperties.CORRELATION_ID, "c-1")
                            .add(BrokerProperties.MESSAGE_ID, "m-1")
                            .add(BrokerProperties.SUBJECT, "order")
                            .add(BrokerProperties.REPLY_TO, "replies")
                            .add(BrokerProperties.REPLY_TO_SESSION_ID, "r-1")
                            .add(BrokerProperties.TO, "there")
                            .add(BrokerProperties.SESSION_ID, "k")
                            .add(BrokerProperties.PARTITION_KEY, "k")
                            .add(BrokerProperties.TIME_TO_LIVE, AttributeValue.of(Duration.ofHours(1)))
                            .build())
                    .build();
            assertThat(losses(message)).isEmpty();
            AmqpMessage sent = sent(message);
            assertThat(sent.applicationProperties()).isEmpty();
            assertThat(sent.annotations()).containsEntry("x-opt-partition-key", "k");
            assertThat(sent.properties())
                    .containsEntry("content-type", "application/json")
                    .containsEntry("correlation-id", "c-1")
                    .containsEntry("message-id", "m-1")
                    .containsEntry("subject", "order")
                    .containsEntry("reply-to", "replies")
                    .containsEntry("reply-to-group-id", "r-1")
                    .containsEntry("to", "there")
                    .containsEntry("group-id", "k")
                    .containsEntry("ttl", 3_600_000L);
        }

        @Test
        void aPartitionKeyBesideAnotherSessionBecomesAnAttribute() throws InterruptedException {
            Message message = with(BrokerProperties.PARTITION_KEY, "p").toBuilder()
                    .orderingKey("k")
                    .build();
            assertThat(losses(message))
                    .containsExactly("broker property partitionKey becomes attribute persistor-broker-partitionKey");
            assertThat(sent(message).annotations()).doesNotContainKey("x-opt-partition-key");
            assertThat(sent(with(BrokerProperties.PARTITION_KEY, "p")).annotations())
                    .containsEntry("x-opt-partition-key", "p");
        }

        @Test
        void aLifeThatAmqpCannotCountBecomesAnAttribute() {
            assertThat(losses(with(BrokerProperties.TIME_TO_LIVE, "PT2000H"))).hasSize(1);
            assertThat(losses(with(BrokerProperties.TIME_TO_LIVE, "forever"))).hasSize(1);
        }

        @Test
        void aSpanOfTimeStaysOne() throws InterruptedException {
            Message message = message()
                    .attributes(Attributes.builder()
                            .add("span", AttributeValue.of(Duration.ofSeconds(5)))
                            .build())
                    .build();
            assertThat(losses(message)).isEmpty();
            assertThat(sent(message).applicationProperties().get("span"))
                    .isInstanceOfSatisfying(DescribedType.class, span -> {
                        assertThat(span.getDescriptor()).hasToString("com.microsoft:timespan");
                        assertThat(span.getDescribed()).isEqualTo(50_000_000L);
                    });
        }

        @Test
        void duplicateDetectionKnowsAMessageByItsArchivedId() throws InterruptedException {
            assertThat(sent(message().build()).properties()).containsEntry("message-id", "41");
        }

        @Test
        void anIdThatIsTooLongIsSentAsItsDigest() throws InterruptedException {
            Message message = message().id(TOO_LONG).build();
            assertThat(losses(message)).singleElement().asString().contains("SHA-256");
            Object first = sent(message).properties().get("message-id");
            assertThat(first).asString().hasSize(64);
            assertThat(sent(message).properties()).containsEntry("message-id", first);
        }
    }
}
