package dev.persistor.testkit;

import dev.persistor.core.format.FormatException;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.OpenBlob;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Compares what was sent with what is archived, message by message and byte by byte.
 *
 * <p>Immutable.
 *
 * @param sent how many messages were sent, each counted once
 * @param blobs how many blobs of messages are archived
 * @param bytes how many bytes of payload are archived
 * @param lost messages that were sent and are not archived
 * @param altered messages that are archived with any difference but the delivery attempt, and blobs that cannot be read
 * @param duplicates messages that are archived more than once
 * @param unexpected messages that are archived and were not sent
 */
public record ArchiveComparison(
        int sent,
        long blobs,
        long bytes,
        List<String> lost,
        List<String> altered,
        List<String> duplicates,
        List<String> unexpected) {

    private record Key(String source, String id) {
        static Key of(Message message) {
            return new Key(message.source(), message.id());
        }
    }

    /** Keeps its own copies of the lists. */
    public ArchiveComparison {
        lost = List.copyOf(lost);
        altered = List.copyOf(altered);
        duplicates = List.copyOf(duplicates);
        unexpected = List.copyOf(unexpected);
    }

    /** Reads the whole archive and compares it. A message that was delivered many times is in {@code sent} once. */
    public static ArchiveComparison of(Collection<Message> sent, BlobSource archive) {
        return new Reading(sent).read(archive);
    }

    /** Tells whether each message is archived once, as it was sent, and nothing else is. */
    public boolean isExact() {
        return lost.isEmpty() && altered.isEmpty() && duplicates.isEmpty() && unexpected.isEmpty();
    }

    private static final class Reading {
        private final MessageFormats formats = MessageFormats.installed();
        private final Map<Key, Message> expected = new LinkedHashMap<>();
        private final Map<Key, Integer> found = new HashMap<>();
        private final List<String> altered = new ArrayList<>();
        private final List<String> unexpected = new ArrayList<>();
        private long blobs;
        private long bytes;

        Reading(Collection<Message> sent) {
            sent.forEach(message -> expected.put(Key.of(message), message));
        }

        ArchiveComparison read(BlobSource archive) {
            try (Stream<BlobInfo> infos = archive.list("")) {
                infos.filter(formats::holdMessages).forEach(info -> readOne(info, archive));
            }
            List<String> lost = expected.keySet().stream()
                    .filter(key -> !found.containsKey(key))
                    .map(Key::toString)
                    .toList();
            List<String> duplicates = found.entrySet().stream()
                    .filter(entry -> entry.getValue() > 1)
                    .map(entry -> entry.getKey() + " is stored " + entry.getValue() + " times")
                    .toList();
            return new ArchiveComparison(expected.size(), blobs, bytes, lost, altered, duplicates, unexpected);
        }

        private void readOne(BlobInfo info, BlobSource archive) {
            blobs++;
            try (OpenBlob blob = archive.open(info.name());
                    MessageReader messages = formats.read(blob, archive)) {
                while (messages.hasNext()) {
                    compare(info, messages.next());
                }
            } catch (FormatException | BlobStoreException e) {
                altered.add(info.name() + ": " + e.getMessage());
            }
        }

        private void compare(BlobInfo info, Message message) {
            bytes += message.payloadSize();
            Key key = Key.of(message);
            found.merge(key, 1, Integer::sum);
            Message original = expected.get(key);
            if (original == null) {
                unexpected.add(info.name() + " holds " + key);
            } else if (!original.equals(message)) {
                altered.add(info.name() + " differs from " + key);
            }
        }
    }
}
