package dev.persistor.core.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The order within a blob decides its bytes, so each field that decides it is tested alone. */
class BatchOrderTest {

    private static Message.Builder message() {
        return Message.builder()
                .id("m")
                .source("orders")
                .publishTime(Instant.EPOCH)
                .payload(new byte[] {1});
    }

    private static Message at(String log, String partition, long offset) {
        return message().position(new Position(log, partition, offset)).build();
    }

    static Stream<Arguments> pairs() {
        return Stream.of(
                Arguments.of("offset, as a number", at("", "0", 9), at("", "0", 10)),
                Arguments.of("partition before offset", at("", "0", 10), at("", "1", 9)),
                Arguments.of("log before offset", at("a", "0", 10), at("b", "0", 9)),
                Arguments.of("partition before log", at("b", "0", 1), at("a", "1", 1)),
                Arguments.of("without a position first", message().build(), at("", "0", 0)),
                Arguments.of(
                        "position before publish time",
                        at("", "0", 1).toBuilder()
                                .publishTime(Instant.ofEpochSecond(2))
                                .build(),
                        at("", "0", 2).toBuilder()
                                .publishTime(Instant.ofEpochSecond(1))
                                .build()),
                Arguments.of(
                        "publish time before id",
                        message().id("z").build(),
                        message().publishTime(Instant.ofEpochSecond(0, 1)).build()),
                Arguments.of(
                        "id before payload",
                        message().payload(new byte[] {2}).build(),
                        message().id("n").build()),
                Arguments.of(
                        "payload",
                        message().build(),
                        message().payload(new byte[] {2}).build()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pairs")
    void theFirstFieldThatDiffersDecides(String field, Message earlier, Message later) {
        assertThat(BatchOrder.compare(earlier, later)).as(field).isNegative();
        assertThat(BatchOrder.compare(later, earlier)).as(field).isPositive();
        assertThat(BatchOrder.compare(earlier, earlier)).as(field).isZero();
    }

    @Test
    void messagesThatDifferInAnythingElseHaveAnOrderToo() {
        Message one = message().build();
        Message other =
                message().attributes(Attributes.builder().add("a", "b").build()).build();
        int order = BatchOrder.compare(one, other);
        assertThat(order).isNotZero();
        assertThat(Integer.signum(BatchOrder.compare(other, one))).isEqualTo(-Integer.signum(order));
    }
}
