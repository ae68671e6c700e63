package dev.persistor.testkit;

import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileBlobStore;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FileBlobStoreContractTest extends BlobStoreContract {

    private @TempDir Path folder;

    @Override
    protected BlobStore openStore() {
        return FileBlobStore.open(folder.resolve("archive"));
    }
}
