package dev.persistor.core.archive;

import dev.persistor.core.store.BlobDamagedException;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.OpenBlob;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Supplier;

/**
 * Compares the checksums of blobs before any message of theirs is given. A format finds out at its end only, when messages with
 * altered bytes may be published already.
 *
 * <p>A blob that is torn is opened all the same: what is there of it may be as it was stored, and its format gives what is
 * whole.
 */
final class ChecksummedBlob {

    /** Larger blobs are read twice instead of being held. */
    static final int HELD_BYTES = 4 << 20;

    private ChecksummedBlob() {}

    /**
     * Reads a blob.
     *
     * @param listed the blob as it was when it was listed
     * @param arrays where the blob is held
     * @return opens what was read, once
     * @throws BlobDamagedException if bytes of it are others than were stored
     * @throws BlobStoreException if the store fails
     */
    static Supplier<OpenBlob> read(BlobSource source, BlobInfo listed, HeldContent.Arrays arrays) {
        try (OpenBlob blob = source.open(listed)) {
            return verified(source, blob, arrays);
        } catch (BlobDamagedException e) {
            // Or replaced since it was listed.
            return readAsItIs(source, listed, arrays);
        } catch (IOException e) {
            throw BlobStoreException.retryable("read " + listed.name(), e);
        }
    }

    private static Supplier<OpenBlob> readAsItIs(BlobSource source, BlobInfo listed, HeldContent.Arrays arrays) {
        try (OpenBlob blob = source.open(listed.name())) {
            return verified(source, blob, arrays);
        } catch (BlobDamagedException e) {
            if (!e.isTorn()) {
                throw e;
            }
        } catch (IOException e) {
            throw BlobStoreException.retryable("read " + listed.name(), e);
        }
        return () -> source.open(listed.name());
    }

    private static Supplier<OpenBlob> verified(BlobSource source, OpenBlob blob, HeldContent.Arrays arrays)
            throws IOException {
        BlobInfo info = blob.info();
        if (info.size() <= HELD_BYTES) {
            HeldContent held = HeldContent.of(blob.verifiedContent(), info.size(), arrays);
            return () -> new OpenBlob(info, held);
        }
        long unused = blob.verifiedContent().transferTo(OutputStream.nullOutputStream());
        return () -> source.open(info);
    }
}
