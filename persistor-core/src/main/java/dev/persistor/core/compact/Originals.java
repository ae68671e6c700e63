package dev.persistor.core.compact;

import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The originals of one hour, as listed. Of blobs that describe themselves no more is kept than their number and a digest:
 * an hour may have millions. They are listed again when they are read.
 *
 * <p>Not thread-safe.
 */
final class Originals {

    /** Of an hour whose blobs are in more folders than this, none is named as expirable. */
    static final int MOST_FOLDERS = 1_000;

    private final DigestSum listing = new DigestSum();
    private Set<String> folders = Set.of();
    private List<BlobName> read = List.of();
    private long bytes;
    private long messages;

    /** Adds a blob whose metadata says that it has messages of the hour. */
    void add(BlobInfo blob, String digest, int count) {
        listing.add(digest);
        bytes += blob.size();
        messages += count;
        addFolder(blob.name().folder());
    }

    /** Adds a blob that turned out to have messages of the hour when it was read. */
    void addRead(BlobName blob) {
        addFolder(blob.folder());
        if (read.isEmpty() || !read.get(read.size() - 1).equals(blob)) {
            read = read.isEmpty() ? new ArrayList<>() : read;
            read.add(blob);
        }
    }

    /** Of most hours there is one folder. */
    private void addFolder(String folder) {
        if (folders.contains(folder) || folders.size() > MOST_FOLDERS) {
            return;
        }
        if (folders.isEmpty()) {
            folders = Set.of(folder);
            return;
        }
        folders = folders.size() == 1 ? new TreeSet<>(folders) : folders;
        folders.add(folder);
    }

    /** Returns the digest of the blobs that describe themselves. */
    DigestSum listing() {
        return listing;
    }

    /** Returns the folders of the blobs; none if there are too many. */
    Set<String> folders() {
        return folders.size() > MOST_FOLDERS ? Set.of() : folders;
    }

    /** Returns the blobs that had to be read to find out that they have messages of the hour. */
    List<BlobName> read() {
        return read;
    }

    /** Returns the bytes of the blobs that describe themselves. */
    long bytes() {
        return bytes;
    }

    /** Returns how many messages the blobs that describe themselves have; of those that reach into another hour, all. */
    long messages() {
        return messages;
    }
}
