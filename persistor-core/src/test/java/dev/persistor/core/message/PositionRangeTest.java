package dev.persistor.core.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PositionRangeTest {

    private static Message.Builder message() {
        return Message.builder().id("m").publishTime(Instant.EPOCH).source("kafka/orders");
    }

    private static Message at(String partition, long offset) {
        return at("", partition, offset);
    }

    private static Message at(String log, String partition, long offset) {
        return message().position(new Position(log, partition, offset)).build();
    }

    @Test
    void goesFromTheLeastOffsetToTheGreatest() {
        assertThat(PositionRange.of(List.of(at("3", 7), at("3", 2), at("3", 5))))
                .contains(new PositionRange("", "3", 2, 7));
        assertThat(PositionRange.of(List.of(at("3", 0)))).contains(new PositionRange("", "3", 0, 0));
    }

    @Test
    void thereIsNoneOfTwoPartitionsOrWithoutAPosition() {
        assertThat(PositionRange.of(List.of(at("3", 1), at("4", 2)))).isEmpty();
        assertThat(PositionRange.of(List.of(at("3", 1), at("new", "3", 2)))).isEmpty();
        assertThat(PositionRange.of(List.of(at("old", "3", 1), at("new", "3", 2))))
                .isEmpty();
        assertThat(PositionRange.of(List.of(at("new", "3", 1), at("new", "3", 2))))
                .contains(new PositionRange("new", "3", 1, 2));
        assertThat(PositionRange.of(List.of(at("3", 1), message().build()))).isEmpty();
        assertThat(PositionRange.of(List.of(message().build(), at("3", 1)))).isEmpty();
        assertThat(PositionRange.of(List.of())).isEmpty();
    }

    @Test
    void sizeCountsBothEnds() {
        assertThat(new PositionRange("", "3", 2, 7).size()).isEqualTo(6);
    }
}
