package dev.persistor.testkit;

import dev.persistor.core.format.MessageFormat;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileDriver;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

class FileMessageFormatContractTest extends MessageFormatContract {

    private @TempDir Path folder;

    @Override
    protected List<MessageFormat> formats() {
        return InstalledFormats.rawAnd("jsonl");
    }

    @Override
    protected BlobStore openStore() {
        return BlobStore.over(FileDriver.open(folder.resolve("archive")));
    }
}
