package dev.persistor.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The core alone is on this class path. */
class MissingModuleTest {

    @ParameterizedTest
    @CsvSource({"gs://bucket/a, persistor-gcp", "https://account.blob.core.windows.net/a, persistor-azure"})
    void theArtifactThatOpensAStoreIsNamed(String address, String artifact) {
        assertThatThrownBy(() -> BlobStores.open(URI.create(address), Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(
                        "opens the store " + address + "; add dev.persistor:" + artifact + "; the available modules");
    }

    @Test
    void anAddressThatNoModuleKnowsHasNoAdvice() {
        assertThat(MissingModule.advice("store", "s3")).isEmpty();
        assertThat(MissingModule.advice("format", "gs")).isEmpty();
        assertThat(MissingModule.advice("format", "avro")).isEqualTo("; add dev.persistor:persistor-avro");
        assertThat(MissingModule.advice("target", "servicebus")).isEqualTo("; add dev.persistor:persistor-azure");
    }
}
