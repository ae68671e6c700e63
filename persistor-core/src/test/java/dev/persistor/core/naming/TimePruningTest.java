package dev.persistor.core.naming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.message.TimeRange;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobNotFoundException;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.OpenBlob;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TimePruningTest {

    private static final TimeRange HOUR =
            new TimeRange(Instant.parse("2026-01-31T02:00:00Z"), Instant.parse("2026-01-31T03:00:00Z"));

    /** Nothing but names, foreign ones too. */
    private record Names(List<String> all) implements BlobSource {

        @Override
        public Stream<BlobInfo> list(String prefix, String startAfter) {
            return all.stream()
                    .sorted(BlobName.ORDER)
                    .filter(name -> name.startsWith(prefix))
                    .filter(name -> startAfter.isEmpty() || BlobName.ORDER.compare(name, startAfter) > 0)
                    .map(name ->
                            BlobInfo.withoutChecksum(BlobName.listed(name), 1, "text/plain", BlobMetadata.empty()));
        }

        @Override
        public Optional<BlobInfo> find(BlobName name) {
            return Optional.empty();
        }

        @Override
        public OpenBlob open(BlobName name) {
            throw new BlobNotFoundException(name);
        }
    }

    private static List<String> found(String template, List<String> names) {
        try (Stream<BlobInfo> found = PathTemplate.parse(template).list(new Names(names), "", Set.of(), HOUR)) {
            return found.map(blob -> blob.name().value()).toList();
        }
    }

    private static void assertFindsAllBut(List<String> pruned, String template, List<String> names) {
        List<String> expected = names.stream()
                .filter(name -> !pruned.contains(name))
                .sorted(BlobName.ORDER)
                .toList();
        assertThat(found(template, names)).isEqualTo(expected);
    }

    @Test
    void behindLiteralTextForeignNamesOnAllSidesAreFoundOnce() {
        assertFindsAllBut(
                List.of("archive/2026/01/31/01/1.bin", "archive/2026/01/31/05/1.bin"),
                "archive/{yyyy}/{MM}/{dd}/{HH}/{id}{ext}",
                List.of(
                        "/lead",
                        "a",
                        "archive",
                        "archive-of-another",
                        "archive/",
                        "archive/\tx",
                        "archive//x",
                        "archive/./y",
                        "archive/2026/01/31/01/1.bin",
                        "archive/2026/01/31/02/",
                        "archive/2026/01/31/02/1.bin",
                        "archive/2026/01/31/02/x\\y",
                        "archive/2026/01/31/05/1.bin",
                        "archive/README",
                        "archive0",
                        "zzz"));
    }

    @Test
    void behindLiteralTextAndAValueForeignNamesOnAllSidesAreFoundOnce() {
        assertFindsAllBut(
                List.of("archive/orders/2026/01/31/01/1.bin"),
                "archive/{source}/{yyyy}/{MM}/{dd}/{HH}/{id}{ext}",
                List.of(
                        "archiv",
                        "archive/",
                        "archive//x",
                        "archive/lost.txt",
                        "archive/lost.txt\tx",
                        "archive/orders/",
                        "archive/orders/2026/01/31/01/1.bin",
                        "archive/orders/2026/01/31/02/1.bin",
                        "archive/orders/x",
                        "b"));
    }

    @Test
    void foreignNamesBesideAndInFoldersOfSourcesAreFoundOnce() {
        assertFindsAllBut(
                List.of("orders/2026/01/31/01/1.bin", "orders/2026/01/31/01/"),
                "{source}/{yyyy}/{MM}/{dd}/{HH}/{id}{ext}",
                List.of(
                        "/lead",
                        "a//b",
                        "orders",
                        "orders\tx",
                        "orders\nx",
                        "orders/",
                        "orders//2026/01/31/02/x",
                        "orders/../y",
                        "orders/2026/01/31/01/",
                        "orders/2026/01/31/01/1.bin",
                        "orders/2026/01/31/02/",
                        "orders/2026/01/31/02/1.bin",
                        "orders/2026/01/31/02/2\t.bin",
                        "readme.txt",
                        "x/./y"));
    }
}
