package dev.persistor.gcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.storage.StorageException;
import dev.persistor.core.store.BlobStoreException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GcsErrorsTest {

    @ParameterizedTest
    @CsvSource({
        "0, true",
        "408, true",
        "429, true",
        "500, true",
        "502, true",
        "503, true",
        "504, true",
        "400, false",
        "401, false",
        "403, false",
        "404, false",
        "409, false",
        "412, false"
    })
    void googleSaysWhatMayBeTriedAgain(int code, boolean retryable) {
        BlobStoreException failure = GcsErrors.translate("write a", new StorageException(code, "reason"));
        assertThat(failure.isRetryable()).isEqualTo(retryable);
        assertThat(failure).hasMessageStartingWith("write a: ").hasMessageEndingWith("reason");
        assertThat(failure.getCause()).isInstanceOf(StorageException.class);
    }

    @Test
    void aBrokenConnectionMayBeTriedAgain() {
        assertThat(GcsErrors.translate("write a", new StorageException(new IOException("reset")))
                        .isRetryable())
                .isTrue();
    }
}
