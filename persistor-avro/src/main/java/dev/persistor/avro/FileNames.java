package dev.persistor.avro;

import dev.persistor.core.store.BlobName;
import java.util.Optional;

/** Reads message properties from the names of other programs' files. */
final class FileNames {

    private FileNames() {}

    /** Returns the id of a record or, where it has none, one that is made of its file and its place in it. */
    static String idOr(String id, BlobName blob, long index) {
        return id.isEmpty() ? blob + "#" + index : id;
    }

    static Optional<String> folder(BlobName blob) {
        return Optional.of(blob.folder()).filter(folder -> !folder.isEmpty());
    }
}
