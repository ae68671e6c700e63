package dev.persistor.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Rows and ratios. */
class ResultTest {

    private static final Result OWN = new Result("Persistor", "160m", 1_000, Optional.of(turn(30_000, 20, 320)));
    private static final Result CAMEL = new Result("Camel", "512m", 1_000, Optional.of(turn(20_000, 50, 640)));
    private static final Result NOT_DONE = new Result("Camel", "160m", 1_000, Optional.empty());

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final PrintStream table = new PrintStream(out, true, StandardCharsets.UTF_8);

    @Test
    void tellsWhatWasDoneAndWhatWasNot() {
        Result.print("a backlog", List.of(OWN, NOT_DONE), table);

        assertThat(rows())
                .endsWith(
                        "| Persistor | 160m | 30,000 | 20 | 15,000 | 40 | 3.0 | 320 | 4 | 1,200 |",
                        "| Camel | 160m | not done | | | | | | | |");
    }

    @Test
    void setsThemBesideOneAnother() {
        Result.printBeside(List.of(OWN), List.of(CAMEL, NOT_DONE), table);

        assertThat(rows())
                .containsExactly(
                        "",
                        "| once warm | heap | times the messages a second of Camel in 512m | of its CPU seconds | of its memory |"
                                + " times the messages a second of Camel in 160m | of its CPU seconds | of its memory |",
                        "|---|---|---|---|---|---|---|---|",
                        "| Persistor | 160m | 1.50 | 0.40 | 0.50 | | | |");
    }

    @Test
    void takesTheMedianOfEachFigureByItself() {
        Turn median = Turn.median(List.of(turn(1, 30, 200), turn(3, 10, 300), turn(2, 20, 100)));

        assertThat(median).isEqualTo(turn(2, 20, 200));
    }

    private List<String> rows() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static Turn turn(double messagesPerSecond, double processorSeconds, double peakMebibytes) {
        return new Turn(
                new Turn.Speed(messagesPerSecond / 2, processorSeconds * 2),
                new Turn.Speed(messagesPerSecond, processorSeconds),
                3,
                peakMebibytes * (1 << 20),
                4,
                1_200_000);
    }
}
