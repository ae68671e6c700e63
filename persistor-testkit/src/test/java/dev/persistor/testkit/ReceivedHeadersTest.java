package dev.persistor.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.format.RawFormat;
import dev.persistor.core.format.ReceivedHeaders;
import dev.persistor.core.format.ReceivedMessageException;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReceivedHeadersTest {

    private static final int ENOUGH = 1_000;

    private static Message read(Map<String, String> headers, Message of) throws ReceivedMessageException {
        return ReceivedHeaders.read(headers, of.payload(), ENOUGH);
    }

    @Test
    void whatDescribesAMessageIsReadBackAsThatMessage() throws Exception {
        MessageGenerator generator = new MessageGenerator(23);
        for (int i = 0; i < 300; i++) {
            Message message = generator.next();
            Message back = read(RawFormat.describe(message), message);
            assertThat(back).as("message %d", i).isEqualTo(message);
            assertThat(back.deliveryAttempt()).isEqualTo(message.deliveryAttempt());
        }
    }

    private static Message message() {
        return Message.builder()
                .id("7")
                .source("orders")
                .publishTime(Instant.parse("2026-01-31T06:00:00.123456789Z"))
                .position(new Position("log", "3", 42))
                .deliveryAttempt(2)
                .orderingKey("k")
                .attributes(Attributes.builder().add("a", AttributeValue.of(5L)).build())
                .payload(new byte[] {0, 1})
                .build();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "persistor-id|%|the header persistor-id is empty; it must be the id of the message",
                "persistor-id|%FF|the header persistor-id is \"%FF\"; it must be visible ASCII",
                "persistor-id|%4|the header persistor-id is \"%4\"; it must be visible ASCII",
                "persistor-id|a b|the header persistor-id is \"a b\"; it must be visible ASCII",
                "persistor-id|caf\u00e9|it must be visible ASCII, with other characters percent-encoded as UTF-8",
                "persistor-source|%|the header persistor-source is empty",
                "persistor-format|jsonl|the header persistor-format is \"jsonl\"; it must be raw",
                "persistor-publish-time|noon|the header persistor-publish-time is \"noon\"; it must be an RFC"
                        + " 3339 time",
                "persistor-publish-time|+1000000000-01-01T00:00:00Z|the header persistor-publish-time is",
                "persistor-offset|-1|the header persistor-offset is \"-1\"; it must be a whole number from 0 to",
                "persistor-offset|1.5|the header persistor-offset is \"1.5\"; it must be a whole number",
                "persistor-delivery-attempt|0|the header persistor-delivery-attempt is \"0\"; it must be a"
                        + " whole number from 1",
                "persistor-delivery-attempt|2147483648|to 2147483647",
                "persistor-attributes|{}|the header persistor-attributes is \"{}\"; it must be a JSON array",
                "persistor-attributes|[[\"a\",\"b\",\"int\"]]|it must be a JSON array",
                "persistor-attributes|[[\"a\",\"1\",\"number\"]]|it must be a JSON array",
                "persistor-attributes|[[\"a\",\"b\"]]x|it must be a JSON array",
                "persistor-attributes|[[\"a\",\"b\"]|it must be a JSON array",
                "persistor-broker-properties|[1]|the header persistor-broker-properties is \"[1]\"; it must be"
                        + " a JSON array",
                "persistor-sidecar|attributes|the header \"persistor-sidecar\" is unknown; use one of"
                        + " persistor-format, persistor-id",
                "persistor-digest|00|the header persistor-digest is \"00\"; it must be the digest of this message",
                "persistor-id|8|the body or a header was altered after the digest was computed",
                "persistor-attributes|[[\"a\",\"5\"]]|the body or a header was altered after the digest was computed",
            })
    void aHeaderThatIsNotFaithfulIsRefusedByItsNameItsValueAndWhatIsAllowed(String name, String value, String reason) {
        Map<String, String> headers = new HashMap<>(RawFormat.describe(message()));
        headers.put(name, value);
        assertThatThrownBy(() -> read(headers, message()))
                .isInstanceOfSatisfying(
                        ReceivedMessageException.class,
                        e -> assertThat(e.isTooLarge()).isFalse())
                .hasMessageContaining(reason);
    }

    @Test
    void aBodyThatWasAlteredOnTheWayIsRefused() {
        assertThatThrownBy(() ->
                        ReceivedHeaders.read(RawFormat.describe(message()), ByteBuffer.wrap(new byte[] {0}), ENOUGH))
                .hasMessageContaining("persistor-digest")
                .hasMessageContaining("altered");
    }

    @Test
    void requiredHeadersAreNamed() {
        for (String name : new String[] {
            "persistor-id", "persistor-source", "persistor-publish-time", "persistor-partition", "persistor-offset"
        }) {
            Map<String, String> headers = new HashMap<>(RawFormat.describe(message()));
            headers.remove(name);
            assertThatThrownBy(() -> read(headers, message()))
                    .hasMessageContaining("the header " + name + " is missing; it must be ");
        }
    }

    @Test
    void attributesAreCountedBeforeTheyAreKept() {
        Map<String, String> headers = new HashMap<>(RawFormat.describe(message()));
        headers.put("persistor-attributes", "[[\"a\",\"b\"],[\"c\",\"d\"]]");
        assertThatThrownBy(() -> ReceivedHeaders.read(headers, message().payload(), 1))
                .isInstanceOfSatisfying(
                        ReceivedMessageException.class,
                        e -> assertThat(e.isTooLarge()).isTrue())
                .hasMessageContaining("persistor-attributes has more than 1 attributes");
    }

    @Test
    void aMessageNeedsNoDigest() throws Exception {
        Map<String, String> headers = new HashMap<>(RawFormat.describe(message()));
        headers.remove("persistor-digest");
        headers.remove("persistor-format");
        assertThat(read(headers, message())).isEqualTo(message());
    }
}
