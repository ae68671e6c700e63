package dev.persistor.gcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.storage.StorageException;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.FailureKind;
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
        BlobStoreException failure = translated(new StorageException(code, "reason"));
        assertThat(failure.isRetryable()).isEqualTo(retryable);
        assertThat(failure).hasMessageStartingWith("write a: ").hasMessageEndingWith("reason");
        assertThat(failure.getCause()).isInstanceOf(StorageException.class);
    }

    @Test
    void aBrokenConnectionMayBeTriedAgain() {
        assertThat(translated(new StorageException(new IOException("reset"))).isRetryable())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "403, REFUSED",
        "404, NOT_FOUND",
        "412, EXISTS",
        "429, THROTTLED",
        "503, THROTTLED",
        "500, RETRYABLE",
        "400, PERMANENT"
    })
    void anAnswerSaysWhatTheFailureMeansAlsoWhereAChannelWrapsIt(int code, FailureKind kind) {
        StorageException answered = new StorageException(code, "reason");
        assertThat(GcsErrors.kindOf(answered)).isEqualTo(kind);
        assertThat(GcsErrors.kindOf(new IOException(answered))).isEqualTo(kind);
        assertThat(GcsErrors.kindOf(new GcsErrors.SessionEndedException(answered)))
                .isEqualTo(FailureKind.RETRYABLE);
    }

    private static BlobStoreException translated(Exception failure) {
        return BlobStoreException.of("write a", GcsErrors.reasonOf(failure), GcsErrors.kindOf(failure), failure);
    }
}
