package dev.persistor.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.capture.Delivery;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the texts that the Functions host hands over beside a batch. */
class FunctionBatchesTest {

    private static List<String> entries(Attributes attributes) {
        return attributes.entries().stream()
                .map(entry -> entry.name() + " " + entry.value().type().label() + " "
                        + entry.value().text())
                .toList();
    }

    @Nested
    class OfEventHubs {

        private static final String SYSTEM = "{\"SequenceNumber\":41,\"EnqueuedTimeUtc\":\"2026-01-31T02:10:00.123Z\"";

        private static Delivery read(String partition, String system, String properties) {
            return new EventHubBatch(
                            new byte[][] {{1}},
                            "[" + system + "]",
                            "[" + properties + "]",
                            "{\"PartitionId\":\"" + partition + "\"}")
                    .read(Optional.of("orders"), Optional.empty());
        }

        private static Message message(String system, String properties) {
            return read("7", system, properties).messages().get(0);
        }

        @Test
        void whatVersion65OfTheHostAddsIsNotKeptTwice() {
            Message message = message(
                    SYSTEM
                            + ",\"Offset\":4096,\"OffsetString\":\"4096\",\"PartitionKey\":\"key\",\"x-opt-offset\":\"4096\","
                            + "\"x-opt-sequence-number\":41,\"x-opt-enqueued-time\":\"2026-01-31T02:10:00.123Z\","
                            + "\"x-opt-partition-key\":\"key\",\"x-opt-custom\":7,\"content-type\":\"text/plain\","
                            + "\"content-encoding\":\"gzip\",\"group-id\":\"g\"}",
                    "{}");
            assertThat(entries(message.brokerProperties()))
                    .containsExactlyInAnyOrder(
                            "offset string 4096",
                            "partitionKey string key",
                            "x-opt-custom long 7",
                            "contentType string text/plain",
                            "contentEncoding string gzip",
                            "sessionId string g");
            assertThat(message.orderingKey()).contains("key");
            assertThat(message.attributes().isEmpty()).isTrue();
        }

        @Test
        void theOffsetOfAGeoReplicatedNamespaceIsTheTextAndNotMinusOne() {
            Message message = message(SYSTEM + ",\"Offset\":-1,\"OffsetString\":\"1:4096:41\"}", "{}");
            assertThat(message.brokerProperties().first("offset")).contains(AttributeValue.of("1:4096:41"));
            assertThat(message(SYSTEM + ",\"Offset\":-1}", "{}")
                            .brokerProperties()
                            .first("offset"))
                    .isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"-0.0", "-0", "-0e5", "-0.000"})
        void aNegativeZeroStaysOne(String zero) {
            assertThat(message(SYSTEM + "}", "{\"zero\":" + zero + "}")
                            .attributes()
                            .first("zero"))
                    .contains(AttributeValue.of(-0.0));
        }

        @Test
        void aPositiveZeroStaysWhatItIs() {
            assertThat(entries(message(SYSTEM + "}", "{\"whole\":0,\"broken\":0.0}")
                            .attributes()))
                    .containsExactly("whole long 0", "broken double 0.0");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "7|{\"SequenceNumber\":-1,\"EnqueuedTimeUtc\":\"2026-01-31T02:10:00Z\"}|SequenceNumber",
                    "7|{\"SequenceNumber\":18446744073709551615,\"EnqueuedTimeUtc\":\"2026-01-31T02:10:00Z\"}|SequenceNumber",
                    "7|{\"SequenceNumber\":1,\"EnqueuedTimeUtc\":\"+1000000000-01-31T02:10:00Z\"}|EnqueuedTimeUtc",
                    "7|{\"SequenceNumber\":1,\"EnqueuedTimeUtc\":\"-0001-01-31T02:10:00Z\"}|EnqueuedTimeUtc",
                    "''|{\"SequenceNumber\":1,\"EnqueuedTimeUtc\":\"2026-01-31T02:10:00Z\"}|PartitionId"
                })
        void whatNoPositionOrTimeCanHoldIsAMalformedEvent(String partition, String system, String named) {
            Delivery delivery = read(partition, system, "{}");
            assertThat(delivery.messages()).isEmpty();
            assertThat(delivery.rejected())
                    .singleElement()
                    .satisfies(rejected -> assertThat(rejected.reason()).contains(named));
        }
    }

    @Nested
    class OfServiceBus {

        private static Delivery read(long[] numbers, String times, String counts) {
            byte[][] bodies = new byte[numbers.length][1];
            String[] none = {};
            return new ServiceBusBatch(bodies, numbers)
                    .json(times, times, counts, "[" + "{},".repeat(numbers.length - 1) + "{\"zero\":-0.0}]")
                    .texts(none, none, none, none, none, none, none, none, none, new String[] {"orders"})
                    .read("orders");
        }

        @Test
        void theQueueThatAMessageWasDeadLetteredInIsKept() {
            Message message = read(new long[] {5}, "[\"2026-01-31T02:10:00\"]", "[1]")
                    .messages()
                    .get(0);
            assertThat(message.brokerProperties().text("deadLetterSource")).contains("orders");
            assertThat(message.attributes().first("zero")).contains(AttributeValue.of(-0.0));
        }

        @Test
        void aMessageThatNoPositionOrTimeCanHoldIsMalformedAndItsNeighboursAreNot() {
            Delivery delivery = read(
                    new long[] {1, Long.MIN_VALUE, 3, 4},
                    "[\"2026-01-31T02:10:00\",\"2026-01-31T02:10:00\",\"-0001-01-31T02:10:00\",\"2026-01-31T02:10:00\"]",
                    "[1,1,1,4294967296]");
            assertThat(delivery.messages()).extracting(Message::id).containsExactly("1");
            assertThat(delivery.rejected()).hasSize(3);
            assertThat(delivery.rejected().get(0).reason()).contains("SequenceNumberArray");
            assertThat(delivery.rejected().get(1).reason()).contains("EnqueuedTimeUtcArray");
            assertThat(delivery.rejected().get(2).reason()).contains("DeliveryCountArray");
        }
    }
}
