package dev.persistor.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.capture.Capture;
import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Setting;
import dev.persistor.core.config.Settings;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.OpenBlob;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads archives back. */
final class StoredMessages {

    private StoredMessages() {}

    /** Requires a store to have each payload once, by the ids of their messages, byte for byte, and nothing else. */
    static void assertOnce(Map<String, byte[]> payloads, BlobStore store) {
        Map<String, byte[]> expected = new HashMap<>(payloads);
        List<Message> archived = in(store);
        for (Message message : archived) {
            byte[] payload = new byte[message.payloadSize()];
            message.payload().get(payload);
            assertThat(payload).as(message.id()).isEqualTo(expected.remove(message.id()));
        }
        assertThat(expected).isEmpty();
        assertThat(archived).hasSize(payloads.size());
    }

    /** Returns settings and a store as a capture that a run is given. What is not closed is the store, which outlives it. */
    static Capture capture(BlobStore store, Map<String, String> environment) {
        List<Setting<?>> definitions = new ArrayList<>(PersistorSettings.all());
        definitions.addAll(AzureSettings.ofFunctions());
        return Capture.over(store, Settings.read(environment, definitions));
    }

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
