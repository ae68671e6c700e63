package dev.persistor.demo;

import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.file.FileDriver;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The folder of one run: {@code run-1}, {@code run-2} and so on. Each run has its own, because the same seed gives the
 * same names, and a second run over the first one's archive would find everything there and write nothing.
 *
 * <p>Immutable.
 *
 * @param path the folder, which is there
 */
record RunFolder(Path path) {

    private static final int MOST_RUNS = 100_000;

    /** Makes the first folder that is not there yet. */
    static RunFolder next(Path parent) throws IOException {
        Path folder = Files.createDirectories(parent).toRealPath();
        for (int run = 1; run <= MOST_RUNS; run++) {
            Path path = folder.resolve("run-" + run);
            if (isNew(path)) {
                return new RunFolder(path);
            }
        }
        throw new IOException("there are " + MOST_RUNS + " runs in " + folder);
    }

    private static boolean isNew(Path path) throws IOException {
        try {
            Files.createDirectory(path);
            return true;
        } catch (FileAlreadyExistsException taken) {
            return false;
        }
    }

    /** Returns the folder of the archive; the store makes it. */
    Path archive() {
        return path.resolve("archive");
    }

    /** Returns the file for what the function prints. */
    Path functionLog() {
        return path.resolve("function.log");
    }

    /** Returns the file for the storage faults, one a line. */
    Path faults() {
        return path.resolve("faults.log");
    }

    /** Copies a store into the folder of the archive, with what its blobs say of themselves. */
    void copy(BlobSource source) {
        try (BlobStore copy = BlobStore.over(FileDriver.open(archive()));
                Stream<BlobInfo> infos = source.list("")) {
            infos.forEach(info -> {
                try (OpenBlob blob = source.open(info.name())) {
                    copy.put(Blob.of(info.name(), blob.readVerified(), info.contentType(), info.metadata()));
                }
            });
        }
    }

    /** Returns what is where, one a line. */
    String whereToLook() {
        return "archive         " + archive() + "\nfunction's log  " + functionLog() + "\nstorage faults  " + faults();
    }

    /** Returns the command that opens the archive in the explorer, as a POSIX shell reads it. */
    String explore() {
        return "./persistor explore '" + archive().toString().replace("'", "'\\''") + "'";
    }
}
