package dev.persistor.testkit;

import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.core.store.memory.MemoryDriver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FileBlobStoreContractTest extends BlobStoreContract {

    private @TempDir Path folder;
    private FaultyBlobDriver driver = FaultyBlobDriver.over(new MemoryDriver());

    @Override
    protected BlobStore openStore() {
        driver = FaultyBlobDriver.over(FileDriver.open(folder.resolve("archive")));
        return BlobStore.over(driver);
    }

    @Override
    protected StoreCapabilities capabilities() {
        return StoreCapabilities.local().failingReads(driver::failReads).withForeign(this::putForeign);
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
