package dev.persistor.testkit;

import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileBlobStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FileBlobStoreContractTest extends BlobStoreContract {

    private @TempDir Path folder;

    @Override
    protected BlobStore openStore() {
        return FileBlobStore.open(folder.resolve("archive"));
    }

    @Override
    protected StoreCapabilities capabilities() {
        return StoreCapabilities.local().withForeign(this::putForeign);
    }

    /** A file system holds no names with empty parts or with dots. */
    private void putForeign(String name) {
        Path file = folder.resolve("archive/" + name);
        if (!file.toString().endsWith("/archive/" + name) || !file.normalize().equals(file)) {
            throw new IllegalArgumentException("no file can have the name " + name);
        }
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, "x");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
