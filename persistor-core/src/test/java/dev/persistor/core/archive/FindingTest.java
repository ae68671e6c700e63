package dev.persistor.core.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.archive.Finding.Kind;
import dev.persistor.core.format.FormatException;
import dev.persistor.core.store.BlobDamagedException;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobNotFoundException;
import dev.persistor.core.store.BlobStoreException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which kind a failure is: it decides what somebody does next, and the exit code. */
class FindingTest {

    private static final BlobName NAME = BlobName.of("a.jsonl");

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new FormatException("torn", null), Kind.DAMAGED, true, "torn"),
                Arguments.of(FormatException.foreign("com.example.Click"), Kind.FOREIGN, false, "com.example.Click"),
                Arguments.of(new BlobDamagedException("altered", false), Kind.DAMAGED, true, "None of its messages"),
                Arguments.of(new BlobNotFoundException(NAME), Kind.EXPIRED, true, "deleted after it was listed"),
                Arguments.of(BlobStoreException.permanent("refused"), Kind.UNREADABLE, true, "refused"),
                Arguments.of(BlobStoreException.retryable("no answer"), Kind.UNREADABLE, true, "no answer"),
                Arguments.of(new IllegalStateException("x"), Kind.UNREADABLE, true, "a bug in Persistor"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void eachFailureIsOfOneKind(RuntimeException failure, Kind kind, boolean hides, String reason) {
        Finding finding = Finding.of(BlobInfo.withoutChecksum(NAME, 1, "text/plain", BlobMetadata.empty()), failure);
        assertThat(finding.kind()).isEqualTo(kind);
        assertThat(finding.hidesMessages()).isEqualTo(hides);
        assertThat(finding.reason()).contains(reason);
    }
}
