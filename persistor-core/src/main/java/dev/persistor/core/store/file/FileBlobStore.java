package dev.persistor.core.store.file;

import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.FilePermissions;
import dev.persistor.core.store.PortableBlobStore;
import java.nio.file.Path;

/**
 * A store in a folder of a local file system with hard links (all usual ones of Linux and macOS).
 *
 * <p>A blob's content is a file of the blob's name, just the bytes, so that any tool can read an archive. What else is known of it is in
 * {@code .persistor/blobs}. A crash at any moment leaves a blob whole or not at all. A name never leads out of the folder: symbolic links
 * below it are refused, in any part of a name.
 *
 * <p>Limits: names of 2,048 bytes, segments of 255.
 *
 * <p>Thread-safe, also among processes.
 */
public final class FileBlobStore extends PortableBlobStore {

    private FileBlobStore(FileDriver driver) {
        super(driver);
    }

    /** Opens the store in a folder, as {@link #open(Path, FilePermissions)} does, for the owner and the group. */
    public static FileBlobStore open(Path folder) {
        return open(folder, FilePermissions.GROUP);
    }

    /**
     * Opens the store in a folder, which is created if it does not exist. In an existing one nothing is written before the first blob is,
     * so that an archive can be read where only reading is allowed.
     *
     * @param permissions who may read and write what is created
     * @throws BlobStoreException if the folder does not exist and cannot be created
     */
    public static FileBlobStore open(Path folder, FilePermissions permissions) {
        return new FileBlobStore(FileDriver.open(folder, permissions));
    }
}
