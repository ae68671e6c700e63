package dev.persistor.core.format.foreign;

import dev.persistor.core.format.FormatException;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.memory.MemoryDriver;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Archives of other programs, and what is read out of them. */
final class ForeignArchive {

    private static final String TYPE = "application/octet-stream";

    private ForeignArchive() {}

    /** What was read, and how it ended. */
    record Reading(List<Message> messages, @Nullable FormatException failure) {

        List<String> payloads() {
            return messages.stream().map(ForeignArchive::payload).toList();
        }
    }

    static String payload(Message message) {
        return StandardCharsets.UTF_8.decode(message.payload()).toString();
    }

    static Blob blob(String name, String content) {
        return Blob.of(BlobName.of(name), content.getBytes(StandardCharsets.UTF_8), TYPE, BlobMetadata.empty());
    }

    /** Returns what is in a store, blob after blob. */
    static List<Message> readAll(BlobStore store, MessageFormats formats) {
        List<Message> messages = new ArrayList<>();
        List<BlobInfo> blobs = store.list("").filter(formats::holdMessages).toList();
        for (BlobInfo info : blobs) {
            try (OpenBlob blob = store.open(info.name());
                    MessageReader reader = formats.read(blob, store)) {
                reader.forEachRemaining(messages::add);
            }
        }
        return messages;
    }

    static Reading read(String layout, String name, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return read(layout, name, bytes, bytes.length);
    }

    /** Reads a blob of which the store says that it has a size, and sends these bytes. */
    static Reading read(String layout, String name, byte[] content, long size) {
        return read(layout, name, new ByteArrayInputStream(content), size);
    }

    static Reading read(String layout, String name, InputStream content, long size) {
        List<Message> messages = new ArrayList<>();
        try (BlobStore store = BlobStore.over(new MemoryDriver());
                OpenBlob blob = new OpenBlob(
                        BlobInfo.withoutChecksum(BlobName.of(name), size, TYPE, BlobMetadata.empty()), content);
                MessageReader reader = ForeignLayouts.named(layout).read(blob, store)) {
            try {
                reader.forEachRemaining(messages::add);
            } catch (FormatException e) {
                if (reader.hasNext()) {
                    throw new AssertionError("there is more after the failure", e);
                }
                return new Reading(messages, e);
            }
        }
        return new Reading(messages, null);
    }

    static boolean takes(String layout, String name) {
        return ForeignLayouts.named(layout)
                .holdsMessages(BlobInfo.withoutChecksum(BlobName.of(name), 0, TYPE, BlobMetadata.empty()));
    }
}
