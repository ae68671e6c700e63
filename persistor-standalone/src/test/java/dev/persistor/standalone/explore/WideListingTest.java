package dev.persistor.standalone.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.fixtures.ForwardingDriver;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobPage;
import dev.persistor.core.store.BlobRange;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.FailureKind;
import dev.persistor.core.store.memory.MemoryDriver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WideListingTest {

    /** Folders with fewer blobs than a page, with more, and with names around them that look alike. */
    private static final List<String> NAMES = Stream.of(
                    names("a/00/", 2_500),
                    names("a/01/", 900),
                    names("a/01", 5),
                    names("a/02/", 4_000),
                    names("a/02/deeper/", 1_500),
                    names("b", 1_200),
                    names("c/", 1_000))
            .flatMap(names -> names)
            .toList();

    private static Stream<String> names(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(number -> prefix + "x%05d".formatted(number));
    }

    private static MemoryDriver filled() throws Exception {
        MemoryDriver driver = new MemoryDriver();
        try (BlobStore store = BlobStore.over(driver)) {
            for (String name : NAMES) {
                store.put(Blob.of(BlobName.of(name), new byte[] {1}, "text/plain", BlobMetadata.of(Map.of())));
            }
        }
        return driver;
    }

    private static List<String> all(BlobStore store, String prefix) {
        List<String> names = new ArrayList<>();
        try (WideListing listing = new WideListing(store, prefix)) {
            for (List<BlobInfo> page = listing.next(); !page.isEmpty(); page = listing.next()) {
                page.forEach(blob -> names.add(blob.name().value()));
            }
        }
        return names;
    }

    @Test
    void eachBlobIsListedOnceBySeveralListings() throws Exception {
        Set<String> begun = ConcurrentHashMap.newKeySet();
        BlobStore store = BlobStore.over(new ForwardingDriver(filled()) {
            @Override
            public BlobPage page(BlobRange range) throws Exception {
                begun.add(range.startAfter());
                return super.page(range);
            }
        });
        assertThat(all(store, "")).containsExactlyInAnyOrderElementsOf(NAMES);
        assertThat(begun)
                .filteredOn(after -> after.endsWith("/" + Character.toString(Character.MAX_CODE_POINT)))
                .isNotEmpty();
        assertThat(all(store, "a/02/"))
                .hasSize(5_500)
                .doesNotHaveDuplicates()
                .allMatch(name -> name.startsWith("a/02/"));
        assertThat(all(store, "none")).isEmpty();
    }

    @Test
    void aListingThatFailsFailsAsAWhole() throws Exception {
        BlobStore store = BlobStore.over(new ForwardingDriver(filled()) {
                    @Override
                    public BlobPage page(BlobRange range) throws Exception {
                        if (range.startAfter().startsWith("a/00/")) {
                            throw new IOException("503 the store is out of order");
                        }
                        return super.page(range);
                    }

                    @Override
                    public FailureKind kindOf(Exception failure) {
                        return failure instanceof IOException ? FailureKind.RETRYABLE : super.kindOf(failure);
                    }
                })
                .withRetries(RetryBudget.none());
        assertThatThrownBy(() -> all(store, ""))
                .isInstanceOf(BlobStoreException.class)
                .hasMessageContaining("out of order");
    }
}
