package dev.persistor.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The comparison still runs, with the packed Persistor as its only entrant; what it measures here is of no use. */
@EnabledOnOs(OS.LINUX)
class PeersTest {

    private static final Peers.Throttle FAST =
            new Peers.Throttle(Duration.ofMillis(500), Duration.ofMillis(2_000), Duration.ofMillis(2_500));

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void archivesABacklogAndSurvivesAKill(@TempDir Path folder) throws Exception {
        Contender persistor = Contender.persistor(
                "Persistor",
                "avro",
                100,
                Contents.records("data"),
                Contender.Homes.in(Path.of("..").toAbsolutePath()).persistor());
        PrintStream table = new PrintStream(out, true, StandardCharsets.UTF_8);
        try (Peers peers = Peers.start(FAST, folder, table)) {
            Result.print("a backlog", peers.compare("256m", List.of(persistor), 0, 1, 5_000), table);
            peers.beginKills();
            peers.kill(List.of(persistor), 1, 300);
        }
        List<String> rows = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(rows)
                .filteredOn(row -> row.startsWith("| Persistor |"))
                .hasSize(2)
                .satisfiesExactly(
                        backlog -> assertThat(backlog).matches("\\| Persistor \\| 256m \\| [\\d,]+ \\|.*"),
                        killed -> assertThat(killed).startsWith("| Persistor | 1 | 300 | 0 | 0 | 0 |"));
    }
}
