package dev.persistor.avro;

import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageFormat;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.testkit.MessageFormatContract;
import java.util.List;
import java.util.stream.Stream;

class AvroMessageFormatContractTest extends MessageFormatContract {

    @Override
    protected List<MessageFormat> formats() {
        return Stream.of(Compression.values())
                .map(compression -> MessageFormats.named("avro", compression))
                .toList();
    }

    @Override
    protected BlobStore openStore() {
        return BlobStore.over(new MemoryDriver());
    }
}
