package example;

import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageFormat;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.OpenBlob;
import java.util.List;
import java.util.function.Consumer;

/** Writing and reading Avro files: the module's README shows this file. */
final class AvroExample {

    private AvroExample() {}

    static void writeAndRead(BlobStore store, List<Message> messages, Consumer<Message> consumer) {
        BlobName name = BlobName.of("orders/2026-01-31.avro");
        MessageFormat avro = MessageFormats.named("avro", Compression.GZIP);
        avro.encode(name, messages, store.limits()).forEach(store::put);

        // Reads all formats, and files of Pub/Sub's export, Event Hubs Capture and Dataphos.
        try (OpenBlob blob = store.open(name);
                MessageReader reader = MessageFormats.installed().read(blob, store)) {
            reader.forEachRemaining(consumer);
        }
    }
}
