package dev.persistor.testkit;

import dev.persistor.core.format.MessageFormat;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.memory.MemoryDriver;
import java.util.List;

class MemoryMessageFormatContractTest extends MessageFormatContract {

    @Override
    protected List<MessageFormat> formats() {
        return InstalledFormats.rawAnd("jsonl");
    }

    @Override
    protected BlobStore openStore() {
        return BlobStore.over(new MemoryDriver());
    }
}
