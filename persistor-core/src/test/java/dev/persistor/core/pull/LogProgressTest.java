package dev.persistor.core.pull;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.message.Position;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LogProgressTest {

    private final LogProgress<String, Position> progress = new LogProgress<>(Position::partition);

    private void received(String partition, long... offsets) {
        LongStream.of(offsets).forEach(offset -> progress.received(new Position(partition, offset)));
    }

    private static List<Position> at(String partition, long... offsets) {
        return LongStream.of(offsets)
                .mapToObj(offset -> new Position(partition, offset))
                .toList();
    }

    @Test
    void nothingIsCommittedPastWhatIsNotDurable() {
        received("0", 5, 6, 9, 10);
        assertThat(progress.durable(at("0", 6, 9))).isEmpty();
        assertThat(progress.durable(at("0", 5))).containsEntry("0", new Position("0", 9));
        assertThat(progress.durable(at("0", 10))).containsEntry("0", new Position("0", 10));
    }

    @Test
    void eachPartitionHasItsOwnProgress() {
        received("0", 1, 2);
        received("1", 1, 2);
        assertThat(progress.durable(List.of(new Position("0", 2), new Position("1", 1), new Position("1", 2))))
                .containsOnlyKeys("1")
                .containsEntry("1", new Position("1", 2));
    }

    @Test
    void whatComesLateOfAForgottenPartitionCommitsNothing() {
        received("0", 1, 2);
        progress.forget("0");
        assertThat(progress.durable(at("0", 1))).isEmpty();
        received("0", 1, 2);
        assertThat(progress.durable(at("0", 2))).isEmpty();
        assertThat(progress.durable(at("0", 1))).containsEntry("0", new Position("0", 2));
    }
}
