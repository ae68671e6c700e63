package dev.persistor.core.archive;

import dev.persistor.core.store.BlobDamagedException;
import dev.persistor.core.store.BlobInfo;
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
import java.util.function.Supplier;

/**
 * Compares the checksums of blobs before any message of theirs is given. A format finds out at its end only, when messages with
 * altered bytes may be published already.
 *
 * <p>A blob that is torn is opened all the same: what is there of it may be as it was stored, and its format gives what is
 * whole.
 */
final class UnalteredBlob {

    /** What is larger is read twice instead of being held. */
    static final int HELD_BYTES = 4 << 20;

    /** Large arrays are costly to the garbage collector. */
    private static final int CHUNK_BYTES = 64 << 10;

    private UnalteredBlob() {}

    /**
     * Reads a blob.
     *
     * @param listed the blob as it was when it was listed
     * @return opens what was read, once
     * @throws BlobDamagedException if bytes of it are others than were stored
     * @throws BlobStoreException if the store fails
     */
    static Supplier<OpenBlob> read(BlobSource source, BlobInfo listed) {
        try (OpenBlob blob = source.open(listed)) {
            return verified(source, blob);
        } catch (BlobDamagedException e) {
            // Or replaced since it was listed.
            return readAsItIs(source, listed);
        } catch (IOException e) {
            throw BlobStoreException.retryable("read " + listed.name(), e);
        }
    }

    private static Supplier<OpenBlob> readAsItIs(BlobSource source, BlobInfo listed) {
        try (OpenBlob blob = source.open(listed.name())) {
            return verified(source, blob);
        } catch (BlobDamagedException e) {
            if (!e.isTorn()) {
                throw e;
            }
        } catch (IOException e) {
            throw BlobStoreException.retryable("read " + listed.name(), e);
        }
        return () -> source.open(listed.name());
    }

    private static Supplier<OpenBlob> verified(BlobSource source, OpenBlob blob) throws IOException {
        BlobInfo info = blob.info();
        if (info.size() <= HELD_BYTES) {
            InputStream held = held(blob.verifiedContent(), info.size());
            return () -> new OpenBlob(info, held);
        }
        long unused = blob.verifiedContent().transferTo(OutputStream.nullOutputStream());
        return () -> source.open(info);
    }

    private static InputStream held(InputStream content, long size) throws IOException {
        List<InputStream> chunks = new ArrayList<>();
        long left = size;
        while (true) {
            // Of what is as long as it should be, no more than its end is left for the last one.
            byte[] chunk = new byte[(int) Math.max(1, Math.min(CHUNK_BYTES, left))];
            int read = content.readNBytes(chunk, 0, chunk.length);
            chunks.add(new ByteArrayInputStream(chunk, 0, read));
            left -= read;
            if (read < chunk.length) {
                return new SequenceInputStream(Collections.enumeration(chunks));
            }
        }
    }
}
