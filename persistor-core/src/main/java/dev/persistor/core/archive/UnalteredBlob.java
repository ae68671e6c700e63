package dev.persistor.core.archive;

import dev.persistor.core.store.BlobDamagedException;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.OpenBlob;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Opens blobs whose checksums have been compared before any message of theirs is given. A format finds out at its end only,
 * when messages with altered bytes may be published already.
 *
 * <p>A blob that is torn is opened all the same: what is there of it may be as it was stored, and its format gives what is
 * whole.
 */
final class UnalteredBlob {

    /** What is larger is read twice instead of being held. */
    private static final int HELD_BYTES = 4 << 20;

    private UnalteredBlob() {}

    /**
     * Opens a blob.
     *
     * @throws BlobDamagedException if bytes of it are others than were stored
     * @throws BlobStoreException if the store fails
     */
    static OpenBlob open(BlobSource source, BlobName name) {
        try (OpenBlob blob = source.open(name)) {
            if (blob.info().size() <= HELD_BYTES) {
                ByteArrayOutputStream held =
                        new ByteArrayOutputStream((int) blob.info().size());
                copyUnaltered(blob, held);
                return new OpenBlob(blob.info(), new ByteArrayInputStream(held.toByteArray()));
            }
            copyUnaltered(blob, OutputStream.nullOutputStream());
        }
        return source.open(name);
    }

    private static void copyUnaltered(OpenBlob blob, OutputStream to) {
        try {
            blob.verifiedContent().transferTo(to);
        } catch (BlobDamagedException e) {
            if (!e.isTorn()) {
                throw e;
            }
        } catch (IOException e) {
            throw BlobStoreException.retryable("read " + blob.info().name(), e);
        }
    }
}
