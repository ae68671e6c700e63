package dev.persistor.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.retry.RetryBudget;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.BlobStores;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaultyBlobStoreProviderTest {

    private static final URI MEMORY = FaultyBlobStoreProvider.addressOf(URI.create("mem:///"));

    private @TempDir Path folder;

    private static Blob blob(String name) {
        return Blob.of(BlobName.of(name), new byte[] {1}, "t/t", BlobMetadata.empty());
    }

    @Test
    void theStoreAtTheAddressFailsByChanceAndReportsEachFaultInALine() throws Exception {
        Path archive = folder.resolve("an archive");
        Path report = folder.resolve("faults.log");
        Map<String, String> environment = Map.of(
                "FAULTY_STORE_PROBABILITY", "0.5",
                "FAULTY_STORE_SEED", "7",
                "FAULTY_STORE_REPORT", report.toString());
        int failed = 0;
        try (BlobStore store = BlobStores.open(URI.create("faulty:" + archive.toUri()), environment)
                .withRetries(RetryBudget.none())) {
            for (int i = 0; i < 40; i++) {
                failed += fails(store, blob("a/" + i)) ? 1 : 0;
            }
        }
        assertThat(failed).isBetween(1, 39);
        assertThat(Files.readAllLines(report)).hasSize(failed).allMatch(line -> line.startsWith("write a/"));
        assertThat(archive.resolve("a")).isNotEmptyDirectory();
    }

    private static boolean fails(BlobStore store, Blob blob) {
        try {
            store.put(blob);
            return false;
        } catch (BlobStoreException e) {
            return true;
        }
    }

    @Test
    void aBurstFailsTheNextWritesOfItsBlobAndNoMore() {
        Map<String, String> environment = Map.of("FAULTY_STORE_PROBABILITY", "0.2", "FAULTY_STORE_BURST", "8");
        try (BlobStore store = BlobStores.open(MEMORY, environment).withRetries(RetryBudget.none())) {
            int mostInARow = 0;
            for (int i = 0; i < 100; i++) {
                Blob blob = blob("a/" + i);
                int inARow = 0;
                while (fails(store, blob)) {
                    inARow++;
                }
                mostInARow = Math.max(mostInARow, inARow);
            }
            assertThat(mostInARow).isBetween(8, 16);
            assertThat(store.list("")).hasSize(100);
        }
    }

    @Test
    void withoutAProbabilityNothingIsOpened() {
        assertThatThrownBy(() -> BlobStores.open(MEMORY, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("FAULTY_STORE_PROBABILITY is missing");
    }

    @ParameterizedTest
    @CsvSource({
        "FAULTY_STORE_PROBABILITY, often, a number from 0 to 1",
        "FAULTY_STORE_PROBABILITY, 1.5, a number from 0 to 1",
        "FAULTY_STORE_PROBABILITY, NaN, a number from 0 to 1",
        "FAULTY_STORE_SEED, x, a whole number",
        "FAULTY_STORE_BURST, 0, '1 or more'",
        "FAULTY_STORE_REPORT, /no/such/folder/faults.log, a file that can be written",
    })
    void aWrongValueIsNamedWithWhatIsAllowed(String name, String value, String allowed) {
        Map<String, String> environment = new HashMap<>(Map.of("FAULTY_STORE_PROBABILITY", "0.5"));
        environment.put(name, value);
        assertThatThrownBy(() -> BlobStores.open(MEMORY, environment))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name + " is \"" + value + "\"")
                .hasMessageContaining(allowed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"faulty:folder", "faulty:/folder"})
    void anAddressThatHoldsNoOtherIsRefused(String address) {
        assertThatThrownBy(() -> BlobStores.open(URI.create(address), Map.of("FAULTY_STORE_PROBABILITY", "0")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("faulty:file:///folder, unlike " + address);
    }

    @Test
    void aCredentialInTheWrappedAddressIsRefusedAndNotPrinted() {
        assertThatThrownBy(() -> BlobStores.open(
                        URI.create("faulty:https://host/c?sig=s3cret"), Map.of("FAULTY_STORE_PROBABILITY", "0")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must not contain a user, query or fragment")
                .hasMessageNotContaining("s3cret");
    }
}
