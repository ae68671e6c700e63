package dev.persistor.core.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every field of a message, one by one: whether two messages are the same is decided by them. */
class MessageFieldsTest {

    private static Message.Builder full() {
        return Message.builder()
                .id("1")
                .source("orders")
                .publishTime(Instant.parse("2026-01-31T00:00:00Z"))
                .payload(new byte[] {1, 2})
                .attributes(Attributes.builder().add("type", "created").build())
                .brokerProperties(Attributes.builder().add("subject", "s").build())
                .orderingKey("key")
                .position(new Position("log", "3", 42))
                .deliveryAttempt(2);
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                change("id", message -> message.id("2")),
                change("source", message -> message.source("other")),
                change("publish time", message -> message.publishTime(Instant.parse("2026-01-31T00:00:00.000000001Z"))),
                change("payload", message -> message.payload(new byte[] {1, 3})),
                change("attributes", message -> message.attributes(Attributes.empty())),
                change("broker properties", message -> message.brokerProperties(Attributes.empty())),
                change("ordering key", message -> message.orderingKey("other")),
                change("no ordering key", message -> message.orderingKey(null)),
                change("log", message -> message.position(new Position("other", "3", 42))),
                change("partition", message -> message.position(new Position("log", "4", 42))),
                change("offset", message -> message.position(new Position("log", "3", 43))),
                change("no position", message -> message.position(null)));
    }

    private static Arguments change(String field, UnaryOperator<Message.Builder> change) {
        return Arguments.of(field, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void messagesThatDifferInOneFieldAreNotEqual(String field, UnaryOperator<Message.Builder> change) {
        assertThat(change.apply(full()).build()).as(field).isNotEqualTo(full().build());
    }

    @Test
    void equalMessagesHaveEqualHashes() {
        assertThat(full().build()).isEqualTo(full().build()).hasSameHashCodeAs(full().build());
        assertThat(full().build()).isNotEqualTo("1");
    }

    @Test
    void aCopyKeepsEveryField() {
        Message copy = full().build().toBuilder().build();
        assertThat(copy).isEqualTo(full().build());
        assertThat(copy.id()).isEqualTo("1");
        assertThat(copy.source()).isEqualTo("orders");
        assertThat(copy.publishTime()).isEqualTo("2026-01-31T00:00:00Z");
        assertThat(copy.payload()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
        assertThat(copy.payloadSize()).isEqualTo(2);
        assertThat(copy.attributes().text("type")).contains("created");
        assertThat(copy.brokerProperties().text("subject")).contains("s");
        assertThat(copy.orderingKey()).contains("key");
        assertThat(copy.position()).contains(new Position("log", "3", 42));
        assertThat(copy.deliveryAttempt()).hasValue(2);
    }

    @Test
    void whatIsNotSetIsEmpty() {
        Message message =
                Message.builder().id("1").source("s").publishTime(Instant.EPOCH).build();
        assertThat(message.payloadSize()).isZero();
        assertThat(message.attributes().isEmpty()).isTrue();
        assertThat(message.brokerProperties().isEmpty()).isTrue();
        assertThat(message.orderingKey()).isEmpty();
        assertThat(message.position()).isEmpty();
        assertThat(message.deliveryAttempt()).isEmpty();
    }

    @Test
    void aPartOfABufferIsAPayloadOfItsOwn() {
        ByteBuffer whole = ByteBuffer.wrap(new byte[] {0, 1, 2, 3});
        whole.position(1).limit(3);
        Message message = full().payload(whole).build();
        whole.position(0);
        assertThat(message.payload()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
    }

    @Test
    void theSizeCountsPayloadIdAttributesAndBrokerProperties() {
        Message empty =
                Message.builder().id("1").source("s").publishTime(Instant.EPOCH).build();
        assertThat(MessageSize.of(empty)).isEqualTo(512 + 1);
        assertThat(MessageSize.of(full().build())).isEqualTo(512 + 1 + 2 + (128 + 4 + 7) + (128 + 7 + 1));
    }

    @Test
    void positionsAreComparedOnlyWithinOnePartitionOfOneLog() {
        Position position = new Position("log", "3", 42);
        assertThat(position.isComparableTo(new Position("log", "3", 1))).isTrue();
        assertThat(position.isComparableTo(new Position("other", "3", 42))).isFalse();
        assertThat(position.isComparableTo(new Position("log", "4", 42))).isFalse();
        assertThat(new Position("3", 42).log()).isEmpty();
        assertThat(new Position("3", 0).offset()).isZero();
    }

    @Test
    void attributesAreFoundByNameInTheirOrder() {
        Attributes attributes = Attributes.of(List.of(
                new Attributes.Entry("a", AttributeValue.of("1")),
                new Attributes.Entry("b", AttributeValue.of(2)),
                new Attributes.Entry("a", AttributeValue.of("3"))));
        assertThat(attributes.size()).isEqualTo(3);
        assertThat(attributes.isEmpty()).isFalse();
        assertThat(attributes.first("a")).contains(AttributeValue.of("1"));
        assertThat(attributes.first("b")).contains(AttributeValue.of(2));
        assertThat(attributes.first("c")).isEmpty();
        assertThat(attributes.text("b")).contains("2");
        assertThat(attributes.all("a")).containsExactly(AttributeValue.of("1"), AttributeValue.of("3"));
        assertThat(attributes).extracting(Attributes.Entry::name).containsExactly("a", "b", "a");
        assertThat(attributes.toMap()).containsExactly(Map.entry("a", "1"), Map.entry("b", "2"));
        assertThat(Attributes.of(List.of())).isSameAs(Attributes.empty());
    }

    @Test
    void attributesAreEqualWhenTheirEntriesAreInTheSameOrder() {
        Attributes one = Attributes.builder().add("a", "1").add("b", "2").build();
        Attributes same = Attributes.builder().add("a", "1").add("b", "2").build();
        Attributes other = Attributes.builder().add("b", "2").add("a", "1").build();
        assertThat(one)
                .isEqualTo(same)
                .hasSameHashCodeAs(same)
                .isNotEqualTo(other)
                .isNotEqualTo("a");
    }
}
