package dev.persistor.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a reader of a blob gets: the bytes that were stored, or a failure that says what is wrong with them. */
class ReadBlobTest {

    private static final byte[] STORED = {0, 1, 2, -1, 100};
    private static final int CHECKSUM = Blob.checksum(ByteBuffer.wrap(STORED));
    private static final BlobInfo INFO =
            BlobInfo.of(BlobName.of("a/b"), STORED.length, "text/plain", BlobMetadata.empty(), CHECKSUM);
    private static final BlobInfo WITHOUT_CHECKSUM =
            BlobInfo.withoutChecksum(BlobName.of("a/b"), STORED.length, "text/plain", BlobMetadata.empty());

    private static InputStream verified(BlobInfo info, byte... sent) {
        return new OpenBlob(info, new ByteArrayInputStream(sent)).verifiedContent();
    }

    private static byte[] altered() {
        byte[] altered = STORED.clone();
        altered[2]++;
        return altered;
    }

    private static byte[] truncated() {
        return Arrays.copyOf(STORED, STORED.length - 1);
    }

    private static byte[] extended() {
        return Arrays.copyOf(STORED, STORED.length + 1);
    }

    private static void assertDamaged(BlobInfo info, byte[] sent, boolean torn) {
        assertThatExceptionOfType(BlobDamagedException.class)
                .isThrownBy(() -> verified(info, sent).readAllBytes())
                .satisfies(damage -> assertThat(damage.isTorn()).isEqualTo(torn))
                .satisfies(damage -> assertThat(damage.isRetryable()).isFalse())
                .withMessageContaining("a/b")
                .withMessageContaining(sent.length + " bytes")
                .withMessageContaining(STORED.length + " bytes");
        assertThatExceptionOfType(BlobDamagedException.class)
                .isThrownBy(() -> new OpenBlob(info, new ByteArrayInputStream(sent)).readVerified())
                .satisfies(damage -> assertThat(damage.isTorn()).isEqualTo(torn));
    }

    /** A stream that fails at once. */
    private static InputStream failing() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                throw new IOException("connection reset");
            }

            @Override
            public void close() throws IOException {
                throw new IOException("cannot close");
            }
        };
    }

    @Nested
    class Whole {

        @Test
        void contentIsReadAtOnceByteByByteAndInParts() throws IOException {
            assertThat(verified(INFO, STORED).readAllBytes()).isEqualTo(STORED);
            assertThat(verified(WITHOUT_CHECKSUM, STORED).readAllBytes()).isEqualTo(STORED);
            assertThat(new OpenBlob(INFO, new ByteArrayInputStream(STORED)).readVerified())
                    .isEqualTo(STORED);

            InputStream bytes = verified(INFO, STORED);
            for (byte each : STORED) {
                assertThat(bytes.read()).isEqualTo(each & 0xFF);
            }
            assertThat(bytes.read()).isEqualTo(-1);
            assertThat(bytes.read()).as("again at the end").isEqualTo(-1);

            byte[] part = new byte[7];
            InputStream parts = verified(INFO, STORED);
            assertThat(parts.read(part, 2, 3)).isEqualTo(3);
            assertThat(part).containsExactly(0, 0, 0, 1, 2, 0, 0);
            assertThat(parts.read(part, 0, 0)).isZero();
            assertThat(parts.available()).isEqualTo(2);
            assertThat(parts.read(part, 0, 7)).isEqualTo(2);
            assertThat(parts.read(part, 0, 7)).isEqualTo(-1);
        }

        @Test
        void anEmptyBlobIsWhole() throws IOException {
            BlobInfo empty = BlobInfo.of(BlobName.of("a"), 0, "text/plain", BlobMetadata.empty(), 0);
            assertThat(verified(empty).readAllBytes()).isEmpty();
        }

        @Test
        void theDescriptionAndTheUncheckedContentAreThoseOfTheStore() throws IOException {
            OpenBlob blob = new OpenBlob(INFO, new ByteArrayInputStream(altered()));
            assertThat(blob.info()).isSameAs(INFO);
            assertThat(blob.content().readAllBytes()).isEqualTo(altered());
        }
    }

    @Nested
    class Damaged {

        @Test
        void truncatedContentIsTornWithAndWithoutAChecksum() {
            assertDamaged(INFO, truncated(), true);
            assertDamaged(WITHOUT_CHECKSUM, truncated(), true);
            assertDamaged(INFO, new byte[0], true);
            assertDamaged(WITHOUT_CHECKSUM, new byte[0], true);
        }

        @Test
        void longerContentIsDamagedWithAndWithoutAChecksum() {
            assertDamaged(INFO, extended(), false);
            assertDamaged(WITHOUT_CHECKSUM, extended(), false);
        }

        @Test
        void alteredContentIsDamagedWhereTheStoreKeepsAChecksum() throws IOException {
            assertDamaged(INFO, altered(), false);
            assertThat(verified(WITHOUT_CHECKSUM, altered()).readAllBytes()).isEqualTo(altered());
        }

        @Test
        void damageIsReportedAtTheEndAndNotBefore() throws IOException {
            InputStream content = verified(INFO, altered());
            byte[] read = new byte[STORED.length];
            assertThat(content.read(read, 0, read.length)).isEqualTo(STORED.length);
            assertThat(read).isEqualTo(altered());
            assertThatExceptionOfType(BlobDamagedException.class).isThrownBy(content::read);
        }
    }

    @Nested
    class Failing {

        @Test
        void readingIsRetryable() {
            OpenBlob blob = new OpenBlob(INFO, failing());
            assertThatExceptionOfType(BlobStoreException.class)
                    .isThrownBy(() -> blob.verifiedContent().read())
                    .satisfies(failure -> assertThat(failure.isRetryable()).isTrue())
                    .withMessageContaining("a/b")
                    .withMessageContaining("connection reset");
            assertThatExceptionOfType(BlobStoreException.class)
                    .isThrownBy(blob::readVerified)
                    .satisfies(failure -> assertThat(failure.isRetryable()).isTrue())
                    .withMessageContaining("connection reset");
        }

        @Test
        void closingIsReported() {
            assertThatExceptionOfType(BlobStoreException.class)
                    .isThrownBy(() -> new OpenBlob(INFO, failing()).close())
                    .withMessageContaining("cannot close");
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void failuresSayWhetherTryingAgainHelps(boolean retryable) {
            IOException cause = new IOException("why");
            BlobStoreException failure = retryable
                    ? BlobStoreException.retryable("write a", cause)
                    : BlobStoreException.permanent("write a", cause);
            assertThat(failure).hasMessage("write a: why").hasCause(cause);
            assertThat(failure.isRetryable()).isEqualTo(retryable);
            BlobStoreException alone =
                    retryable ? BlobStoreException.retryable("write a") : BlobStoreException.permanent("write a");
            assertThat(alone).hasMessage("write a").hasNoCause();
            assertThat(alone.isRetryable()).isEqualTo(retryable);
            BlobStoreException translated = BlobStoreException.translated("write a", cause, retryable);
            assertThat(translated).hasMessage("write a").hasCause(cause);
            assertThat(translated.isRetryable()).isEqualTo(retryable);
        }

        @Test
        void aCauseWithoutATextIsNamedByItsClass() {
            assertThat(BlobStoreException.retryable("write a", new IOException(" ")))
                    .hasMessage("write a: unexpected failure (IOException)");
            assertThat(BlobStoreException.retryable("write a", new IOException((String) null)))
                    .hasMessage("write a: unexpected failure (IOException)");
        }
    }
}
