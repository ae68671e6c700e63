package dev.persistor.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardScaleTest {

    private static final int MESSAGES = 12;

    /** In place of the command, whose jar is packed after the tests: asks the store, and prints its part of the lines. */
    public static final class Command {
        public static void main(String[] line) throws Exception {
            HttpURLConnection listing =
                    (HttpURLConnection) URI.create(System.getenv("STORAGE_EMULATOR_HOST") + "/storage/v1/b/archive/o")
                            .toURL()
                            .openConnection();
            boolean isThere = listing.getResponseCode() == 200;
            String shard = List.of(line).get(List.of(line).indexOf("--shard") + 1);
            int shards = Integer.parseInt(shard.substring(shard.indexOf('/') + 1));
            for (int i = 0; isThere && i < MESSAGES / shards; i++) {
                System.out.println("{}");
            }
        }
    }

    @Test
    void eachNumberOfShardsIsARow(@TempDir Path folder) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new ShardScale(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        System.getProperty("java.class.path"),
                        Command.class.getName(),
                        folder,
                        MESSAGES)
                .measure();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("| 1 process |", "| 4 processes |");
    }
}
