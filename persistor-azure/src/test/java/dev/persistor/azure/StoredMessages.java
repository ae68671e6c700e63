package dev.persistor.azure;

import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.OpenBlob;
import java.util.ArrayList;
import java.util.List;

/** Reads archives back. */
final class StoredMessages {

    private StoredMessages() {}

    /** Returns all messages of a store, in the order of their blobs' names. */
    static List<Message> in(BlobStore store) {
        MessageFormats formats = MessageFormats.installed();
        List<Message> messages = new ArrayList<>();
        for (BlobInfo info : store.list("").filter(formats::holdMessages).toList()) {
            try (OpenBlob blob = store.open(info.name());
                    MessageReader reader = formats.read(blob, store)) {
                reader.forEachRemaining(messages::add);
            }
        }
        return messages;
    }
}
