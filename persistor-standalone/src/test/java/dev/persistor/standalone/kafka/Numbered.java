package dev.persistor.standalone.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.OpenBlob;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** Payloads that tell which they are and whether they are whole, and archives of them. */
public final class Numbered {

    private static final int MOST_BYTES = 200;

    private Numbered() {}

    /** Returns the payload of a number: the number, and bytes that are drawn from it. */
    public static byte[] payload(int number) {
        Random random = new Random(number);
        byte[] payload = new byte[Integer.BYTES + random.nextInt(MOST_BYTES)];
        random.nextBytes(payload);
        ByteBuffer.wrap(payload).putInt(number);
        return payload;
    }

    /** Reads all messages of an archive whose blob names begin so. */
    public static void each(BlobStore store, String prefix, Consumer<Message> reader) {
        MessageFormats formats = MessageFormats.installed();
        for (BlobInfo info : store.list(prefix).filter(formats::holdMessages).toList()) {
            try (OpenBlob blob = store.open(info.name());
                    MessageReader messages = formats.read(blob, store)) {
                messages.forEachRemaining(reader);
            }
        }
    }

    /** Returns all messages of an archive whose blob names begin so. */
    public static List<Message> all(BlobStore store, String prefix) {
        List<Message> messages = new ArrayList<>();
        each(store, prefix, messages::add);
        return messages;
    }

    /** Returns how many of them an archive has. */
    public static int count(BlobStore store, String prefix) {
        return all(store, prefix).size();
    }

    /** Requires an archive to have each number below this once, whole, and nothing else. */
    public static void assertOnce(BlobStore store, String prefix, int numbers) {
        BitSet there = new BitSet(numbers);
        each(store, prefix, message -> {
            byte[] payload = new byte[message.payloadSize()];
            message.payload().get(payload);
            int number = ByteBuffer.wrap(payload).getInt();
            assertThat(payload).as("%s", message).isEqualTo(payload(number));
            assertThat(there.get(number))
                    .as("%s is there twice: %s", number, message)
                    .isFalse();
            there.set(number);
        });
        assertThat(there.nextClearBit(0)).as("the first that is missing").isEqualTo(numbers);
        assertThat(there.cardinality()).isEqualTo(numbers);
    }
}
