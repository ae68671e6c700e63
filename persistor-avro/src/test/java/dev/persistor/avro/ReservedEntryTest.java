package dev.persistor.avro;

import static dev.persistor.avro.AvroFiles.TIME;
import static dev.persistor.avro.AvroFiles.blob;
import static dev.persistor.avro.AvroFiles.message;
import static dev.persistor.avro.AvroFiles.read;
import static dev.persistor.avro.AvroFiles.readPlainly;
import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.format.Compression;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReservedEntryTest {

    private static final String SUBSCRIPTION = "projects/shop/subscriptions/orders";

    private static Attributes attributes(String... namesAndValues) {
        Attributes.Builder attributes = Attributes.builder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            attributes.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return attributes.build();
    }

    /** Returns what readers of the export find among the attributes, once the message itself has come back equal. */
    private static Map<String, String> stored(Message message) {
        byte[] content = blob(Compression.NONE, List.of(message)).contentBytes();
        assertThat(read("orders/a.avro", content).messages()).containsExactly(message);
        return AvroFiles.attributesOf(readPlainly(content).get(0));
    }

    @Nested
    class IsNotThere {

        @Test
        void forAMessageOfNothingButItsName() {
            assertThat(stored(message().build())).isEmpty();
        }

        @Test
        void forAMessageOfPubSub() {
            Message message = message()
                    .attributes(attributes("a", "1", "b", "", "é", "😀"))
                    .orderingKey("key")
                    .brokerProperties(attributes(BrokerProperties.SUBSCRIPTION, SUBSCRIPTION))
                    .build();
            assertThat(stored(message)).isEqualTo(Map.of("a", "1", "b", "", "é", "😀", "ordering_key", "key"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"1969-12-31T23:59:59.999999Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"})
        void forATimeOfMicroseconds(String time) {
            assertThat(stored(message().publishTime(Instant.parse(time)).build()))
                    .isEmpty();
        }
    }

    @Nested
    class Holds {

        @Test
        void nanosecondsAndTimesThatMicrosecondsCannotCount() {
            assertThat(stored(message().publishTime(TIME.plusNanos(7)).build()))
                    .isEqualTo(Map.of("persistor", "{\"publishTime\":\"2026-01-31T02:10:00.123456007Z\"}"));
            assertThat(stored(message()
                            .publishTime(Instant.parse("+999999998-12-31T23:59:59Z"))
                            .build()))
                    .containsOnlyKeys("persistor");
            assertThat(stored(message()
                            .publishTime(Instant.parse("-999999998-01-01T00:00:00Z"))
                            .build()))
                    .containsOnlyKeys("persistor");
            assertThat(stored(message().publishTime(Instant.EPOCH.minusNanos(1)).build()))
                    .containsOnlyKeys("persistor");
        }

        @Test
        void aSourceThatTheSubscriptionDoesNotTell() {
            assertThat(stored(message()
                            .source("sales")
                            .brokerProperties(attributes(BrokerProperties.SUBSCRIPTION, SUBSCRIPTION))
                            .build()))
                    .isEqualTo(Map.of("persistor", "{\"source\":\"sales\"}"));
            assertThat(stored(message().source("a/b").build()))
                    .isEqualTo(Map.of("persistor", "{\"source\":\"a/b\",\"brokerProperties\":[]}"));
            assertThat(stored(message().source("/").build()))
                    .isEqualTo(Map.of("persistor", "{\"brokerProperties\":[]}"));
        }

        @Test
        void aSubscriptionWithoutItsFullName() {
            assertThat(stored(message()
                            .brokerProperties(attributes(BrokerProperties.SUBSCRIPTION, "orders"))
                            .build()))
                    .isEqualTo(Map.of("persistor", "{\"brokerProperties\":[[\"subscription\",\"orders\"]]}"));
            assertThat(stored(message()
                            .brokerProperties(attributes(BrokerProperties.SUBSCRIPTION, ""))
                            .build()))
                    .containsOnlyKeys("persistor");
        }

        @Test
        void allBrokerPropertiesOnceThereAreOthers() {
            Attributes properties =
                    attributes(BrokerProperties.SUBSCRIPTION, SUBSCRIPTION, "contentType", "text/plain");
            assertThat(stored(message().brokerProperties(properties).build()))
                    .isEqualTo(Map.of(
                            "persistor",
                            "{\"brokerProperties\":[[\"subscription\",\"projects/shop/subscriptions/orders\"],"
                                    + "[\"contentType\",\"text/plain\"]]}"));
        }

        @Test
        void thePosition() {
            assertThat(stored(message().position(new Position("3", 42)).build()))
                    .isEqualTo(Map.of("persistor", "{\"partition\":\"3\",\"offset\":42}"));
        }

        @Test
        void typesBesideTextsForOtherReaders() {
            Attributes typed = Attributes.builder()
                    .add("tries", AttributeValue.of(2))
                    .add("zone", "eu")
                    .build();
            assertThat(stored(message().attributes(typed).build()))
                    .isEqualTo(Map.of(
                            "tries",
                            "2",
                            "zone",
                            "eu",
                            "persistor",
                            "{\"attributes\":[[\"tries\",\"2\",\"int\"],[\"zone\",\"eu\"]]}"));
        }

        @Test
        void orderAndRepetitions() {
            assertThat(stored(
                            message().attributes(attributes("b", "1", "a", "2")).build()))
                    .isEqualTo(
                            Map.of("b", "1", "a", "2", "persistor", "{\"attributes\":[[\"b\",\"1\"],[\"a\",\"2\"]]}"));
            assertThat(stored(
                            message().attributes(attributes("a", "1", "a", "2")).build()))
                    .isEqualTo(Map.of("a", "1", "persistor", "{\"attributes\":[[\"a\",\"1\"],[\"a\",\"2\"]]}"));
        }

        @Test
        void theSendersOwnAttributesOfReservedNames() {
            assertThat(stored(message()
                            .attributes(attributes("ordering_key", "mine"))
                            .build()))
                    .isEqualTo(Map.of("persistor", "{\"attributes\":[[\"ordering_key\",\"mine\"]]}"));
            assertThat(stored(message()
                            .attributes(attributes("ordering_key", "mine"))
                            .orderingKey("key")
                            .build()))
                    .containsEntry("ordering_key", "key")
                    .containsOnlyKeys("ordering_key", "persistor");
            assertThat(stored(message()
                            .attributes(attributes("persistor", "{\"source\":\"forged\"}"))
                            .build()))
                    .containsOnlyKeys("persistor");
        }

        @Test
        void loneSurrogatesWhereverTheyAre() {
            assertThat(stored(message().id("\uD800").build())).isEqualTo(Map.of("persistor", "{\"id\":\"\\uD800\"}"));
            assertThat(stored(message().source("\uDC00").build()))
                    .isEqualTo(Map.of("persistor", "{\"source\":\"\\uDC00\"}"));
            assertThat(stored(message().orderingKey("\uD800").build()))
                    .isEqualTo(Map.of("ordering_key", "?", "persistor", "{\"orderingKey\":\"\\uD800\"}"));
            assertThat(stored(message()
                            .attributes(attributes("\uD800", "1", "\uDC00", "2", "?", "3"))
                            .build()))
                    .containsEntry("?", "1")
                    .containsOnlyKeys("?", "persistor");
            assertThat(stored(message()
                            .brokerProperties(attributes(BrokerProperties.SUBSCRIPTION, "a/\uD800"))
                            .build()))
                    .containsOnlyKeys("persistor");
        }
    }

    @Nested
    class Damaged {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "[]",
                    "{",
                    "{\"id\":1}",
                    "{\"id\":\"\"}",
                    "{\"unknown\":\"\"}",
                    "{\"partition\":\"0\"}",
                    "{\"offset\":0}",
                    "{\"partition\":\"0\",\"offset\":-1}",
                    "{\"publishTime\":\"secret\"}",
                    "{\"attributes\":[[\"secret\",\"x\",\"int\"]]}",
                    "{\"secret\":secret}"
                })
        void anEntryThatPersistorDoesNotWriteIsDamageAndIsNotQuoted(String entry) {
            byte[] content = blob(
                            Compression.NONE,
                            List.of(message().position(new Position("0", 1)).build()))
                    .contentBytes();
            String text = new String(content, StandardCharsets.ISO_8859_1);
            String written = "{\"partition\":\"0\",\"offset\":1}";
            String changed = text.replace(
                    (char) (2 * written.length()) + written,
                    (char) (2 * written.length())
                            + (entry + " ".repeat(written.length())).substring(0, written.length()));
            AvroFiles.Reading reading = read("orders/a.avro", changed.getBytes(StandardCharsets.ISO_8859_1));
            assertThat(reading.messages()).isEmpty();
            assertThat(reading.failure()).hasMessageContaining("Whole messages: 0");
            assertThat(reading.failure()).hasMessageNotContaining("secret");
        }
    }
}
