package dev.persistor.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlobStoresTest {

    @Test
    void storesAreFoundByTheirAddress(@TempDir Path folder) {
        try (BlobStore memory = BlobStores.open(URI.create("mem:///"), Map.of());
                BlobStore files = BlobStores.open(folder.toUri(), Map.of())) {
            assertThat(memory.toString()).isEqualTo("mem:");
            assertThat(files.toString()).startsWith("file:///");
        }
    }

    @Test
    void anAddressThatNobodyOpensNamesThoseThatSomebodyDoes() {
        assertThatThrownBy(() -> BlobStores.open(URI.create("ftp://host/x"), Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ftp://host/x")
                .hasMessageContaining("file:///folder, mem:///");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://user:s3cret@host/c", "https://host/c?sig=s3cret", "gs://b/p#s3cret"})
    void anAddressWithACredentialIsRefusedAndNotPrinted(String address) {
        assertThatThrownBy(() -> BlobStores.open(URI.create(address), Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must not contain a user, query or fragment")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void whetherThereIsAStoreIsTold() {
        assertThat(BlobStores.areAt(URI.create("file:///folder"))).isTrue();
        assertThat(BlobStores.areAt(URI.create("https://host/x"))).isFalse();
    }

    @Test
    void aFolderOnAnotherHostIsRefused() {
        assertThatThrownBy(() -> BlobStores.open(URI.create("file://host/x"), Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("three slashes");
    }
}
