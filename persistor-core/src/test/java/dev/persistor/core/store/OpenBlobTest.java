package dev.persistor.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenBlobTest {

    private static final byte[] STORED = {1, 2, 3, 4, 5};
    private static final BlobName NAME = BlobName.of("a/b");

    private static BlobInfo info(boolean withChecksum) {
        return withChecksum
                ? BlobInfo.of(Blob.of(NAME, STORED, "t/t", BlobMetadata.empty()))
                : BlobInfo.withoutChecksum(NAME, STORED.length, "t/t", BlobMetadata.empty());
    }

    private static byte[] readAll(boolean withChecksum, byte... sent) throws IOException {
        try (OpenBlob blob = new OpenBlob(info(withChecksum), new ByteArrayInputStream(sent))) {
            return blob.verifiedContent().readAllBytes();
        }
    }

    private static byte[] readVerified(boolean withChecksum, byte... sent) {
        try (OpenBlob blob = new OpenBlob(info(withChecksum), new ByteArrayInputStream(sent))) {
            return blob.readVerified();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsWholeIsRead(boolean withChecksum) throws IOException {
        assertThat(readAll(withChecksum, STORED)).isEqualTo(STORED);
        assertThat(readVerified(withChecksum, STORED)).isEqualTo(STORED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsTruncatedIsDamagedAndTornWithAndWithoutAChecksum(boolean withChecksum) {
        for (byte[] sent : new byte[][] {{}, {1, 2, 3, 4}}) {
            assertThatThrownBy(() -> readAll(withChecksum, sent))
                    .isInstanceOfSatisfying(
                            BlobDamagedException.class,
                            e -> assertThat(e.isTorn()).isTrue());
            assertThatThrownBy(() -> readVerified(withChecksum, sent)).isInstanceOf(BlobDamagedException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsTooLongIsDamagedAndNotTorn(boolean withChecksum) {
        byte[] sent = {1, 2, 3, 4, 5, 6};
        assertThatThrownBy(() -> readAll(withChecksum, sent))
                .isInstanceOfSatisfying(
                        BlobDamagedException.class, e -> assertThat(e.isTorn()).isFalse());
        assertThatThrownBy(() -> readVerified(withChecksum, sent)).isInstanceOf(BlobDamagedException.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTruncatedBlobIsFoundOutByteForByte(boolean withChecksum) throws IOException {
        InputStream content =
                new OpenBlob(info(withChecksum), new ByteArrayInputStream(new byte[] {1, 2})).verifiedContent();
        assertThat(content.read()).isEqualTo(1);
        assertThat(content.read()).isEqualTo(2);
        assertThatThrownBy(content::read).isInstanceOf(BlobDamagedException.class);
    }

    @Test
    void otherBytesAreDamagedWhereThereIsAChecksum() {
        byte[] sent = {1, 2, 3, 4, 6};
        assertThatThrownBy(() -> readAll(true, sent)).isInstanceOf(BlobDamagedException.class);
        assertThatThrownBy(() -> readVerified(true, sent)).isInstanceOf(BlobDamagedException.class);
    }
}
