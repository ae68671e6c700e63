package dev.persistor.core.archive;

import dev.persistor.core.store.BlobDamagedException;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.OpenBlob;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

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

    /** Large arrays are costly to the garbage collector. */
    private static final int CHUNK_BYTES = 64 << 10;

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
                return new OpenBlob(blob.info(), held(blob.verifiedContent()));
            }
            long unused = blob.verifiedContent().transferTo(OutputStream.nullOutputStream());
        } catch (BlobDamagedException e) {
            if (!e.isTorn()) {
                throw e;
            }
        } catch (IOException e) {
            throw BlobStoreException.retryable("read " + name, e);
        }
        return source.open(name);
    }

    private static InputStream held(InputStream content) throws IOException {
        List<InputStream> chunks = new ArrayList<>();
        for (byte[] chunk = content.readNBytes(CHUNK_BYTES);
                chunk.length > 0;
                chunk = content.readNBytes(CHUNK_BYTES)) {
            chunks.add(new ByteArrayInputStream(chunk));
        }
        return new SequenceInputStream(Collections.enumeration(chunks));
    }
}
