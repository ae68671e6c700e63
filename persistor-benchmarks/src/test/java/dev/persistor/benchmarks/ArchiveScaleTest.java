package dev.persistor.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileDriver;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The comparison still runs; what it measures here is of no use. */
class ArchiveScaleTest {

    @Test
    void eachWayReadsWhatItShouldAndHasItsRow(@TempDir Path folder) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (BlobStore store = BlobStore.over(FileDriver.open(folder))) {
            ArchiveScale.fill(store, "jsonl", 80_000);
            PrintStream table = new PrintStream(out, true, StandardCharsets.UTF_8);
            new ArchiveScale(1, table, store, ArchiveScale.inFolder(folder)).measure("in a folder");
        }
        List<String> rows = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(rows).anyMatch(row -> row.startsWith("| list an hour | 36 |"));
        assertThat(rows).anyMatch(row -> row.startsWith("| read everything, as it comes | 80,000 |"));
        assertThat(rows).anyMatch(row -> row.startsWith("| read everything, in the order of time | 80,000 |"));
        assertThat(rows).anyMatch(row -> row.startsWith("| find one id in everything | 1 |"));
        assertThat(rows).anyMatch(row -> row.startsWith("| read an hour, in the order of time | 36,000 |"));
    }
}
