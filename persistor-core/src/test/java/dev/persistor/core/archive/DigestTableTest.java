package dev.persistor.core.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTableTest {

    private static final int SEED = 1;

    private @TempDir Path folder;

    private record Key(long high, long low) {}

    private static List<Key> keys(int count) {
        Random random = new Random(SEED);
        List<Key> keys = new ArrayList<>(List.of(new Key(0, 0), new Key(0, 1), new Key(1, 0), new Key(-1, -1)));
        for (int i = 0; i < count; i++) {
            keys.add(new Key(random.nextLong(), random.nextLong()));
            // Many rows with one half in common, as messages that share an id have them.
            keys.add(new Key(7, random.nextLong()));
        }
        return keys;
    }

    /** A byte of memory makes a table of the smallest size: 682 rows and then a file, and a merge after eight of these. */
    @ParameterizedTest
    @ValueSource(longs = {1, 100_000, 1 << 24})
    void itIsAMapWhateverPartOfItIsInFiles(long memory) {
        Map<Key, Long> expected = new HashMap<>();
        List<Key> keys = keys(20_000);
        try (DigestTable table = new DigestTable(2, memory, folder)) {
            long number = 0;
            for (Key key : keys) {
                boolean isNew = expected.putIfAbsent(key, number) == null;
                assertThat(table.add(key.high, key.low, number, -number)).isEqualTo(isNew);
                assertThat(table.add(key.high, key.low, 99, 99)).isFalse();
                number++;
            }
            assertThat(table.size()).isEqualTo(expected.size());
            assertThat(table.bytesOnDisk() > 0).as("files").isEqualTo(memory < 1 << 24);
            expected.forEach(
                    (key, value) -> assertThat(table.get(key.high, key.low)).hasValue(new long[] {value, -value}));
            Random others = new Random(SEED + 1);
            for (int i = 0; i < 20_000; i++) {
                assertThat(table.contains(others.nextLong(), others.nextLong())).isFalse();
            }
        }
    }

    @Test
    void rowsOfNoNumbersAreASet() {
        try (DigestTable table = new DigestTable(0, 1, folder)) {
            keys(5_000).forEach(key -> table.add(key.high, key.low));
            assertThat(keys(5_000)).allMatch(key -> table.contains(key.high, key.low));
            assertThat(table.contains(3, 4)).isFalse();
        }
    }

    @Test
    void aSmallTableNeedsNoFile() {
        try (DigestTable table = new DigestTable(3)) {
            keys(5_000).forEach(key -> table.add(key.high, key.low, 1, 2, 3));
            assertThat(table.bytesOnDisk()).isZero();
        }
    }

    @Test
    void theFolderOfTemporaryFilesIsEmptyWhileTheTableIsUsed() {
        try (DigestTable table = new DigestTable(0, 1, folder)) {
            keys(5_000).forEach(key -> table.add(key.high, key.low));
            assertThat(table.bytesOnDisk()).isPositive();
            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    void aFolderThatTakesNoFilesIsNamedWithWhatToDo() {
        Path nowhere = folder.resolve("nowhere");
        try (DigestTable table = new DigestTable(0, 1, nowhere)) {
            assertThatThrownBy(() -> keys(5_000).forEach(key -> table.add(key.high, key.low)))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("cannot be written in " + nowhere)
                    .hasMessageContaining("-Djava.io.tmpdir");
        }
    }
}
