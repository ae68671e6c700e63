package dev.persistor.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.message.Message;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.MessagePublishers;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.OpenBlob;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Payloads that tell which they are and whether they are whole, and archives of them. */
public final class Numbered {

    private static final int MOST_BYTES = 200;
    private static final int KEYS = 13;

    private Numbered() {}

    /** Returns the payload of a number: the number, and bytes that are drawn from it. */
    public static byte[] payload(int number) {
        Random random = new Random(number);
        byte[] payload = new byte[Integer.BYTES + random.nextInt(MOST_BYTES)];
        random.nextBytes(payload);
        ByteBuffer.wrap(payload).putInt(number);
        return payload;
    }

    /** Publishes the numbers of a range to a target of replays, and waits until it has them. */
    public static void publish(String target, Map<String, String> environment, int from, int to) throws Exception {
        try (MessagePublisher publisher = MessagePublishers.open(URI.create(target), environment)) {
            List<CompletableFuture<?>> published = new ArrayList<>();
            for (int number = from; number < to; number++) {
                published.add(publisher.publish(Message.builder()
                        .id(Integer.toString(number))
                        .source("test")
                        .publishTime(Instant.EPOCH)
                        .orderingKey("key-" + number % KEYS)
                        .payload(payload(number))
                        .build()));
            }
            publisher.flush();
            CompletableFuture.allOf(published.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
        }
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
