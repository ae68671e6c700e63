package dev.persistor.core.format;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.store.Digest;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * The digest by which Persistor compares messages: equal for all deliveries of one message, and different for messages that
 * share a source and an id and differ in anything else that a sender or a broker gave them.
 *
 * <p>It covers source, id, publish time, ordering key, attributes with their types, the broker properties that
 * {@linkplain BrokerProperties#isSetBySender the sender sets}, and the payload. It leaves out what may change from one
 * delivery to the next: the delivery attempt and the other broker properties. It leaves out the position too. A position adds
 * nothing to the id but the log, which not every way to read a broker knows; callers compare logs where both are known.
 *
 * <p>The digest is stored in blobs, checkpoints and replayed messages, so it must never change.
 *
 * <p>Thread-safe.
 */
public final class ContentDigest {

    private static final int BYTES = 16;

    private ContentDigest() {}

    /** Returns 128 bits of SHA-256 over a message, in 32 hexadecimal digits. */
    public static String of(Message message) {
        Digest digest = new Digest();
        add(digest, message);
        return digest.hex(BYTES);
    }

    /** Adds what the digest covers of a message. */
    public static void add(Digest digest, Message message) {
        digest.add(message.source())
                .add(message.id())
                .add(Instants.text(message.publishTime()))
                .add(message.orderingKey().orElse(""));
        add(digest, message.attributes(), name -> true);
        add(digest, message.brokerProperties(), BrokerProperties::isSetBySender);
        digest.addBytes(message.payload());
    }

    /** Adds all that a format may store of a message, also what may change from one delivery to the next. */
    public static void addWhole(Digest digest, Message message) {
        add(digest, message);
        digest.add(message.position().map(Position::toString).orElse(""));
        add(digest, message.attributes().entries());
        add(digest, message.brokerProperties().entries());
    }

    /** Entries of one name keep their order. That of different names says nothing: not every client keeps it. */
    private static void add(Digest digest, Attributes attributes, Predicate<String> names) {
        List<Attributes.Entry> entries = attributes.entries();
        add(digest, isAsDigested(entries, names) ? entries : sorted(entries, names));
    }

    private static boolean isAsDigested(List<Attributes.Entry> entries, Predicate<String> names) {
        String before = "";
        for (Attributes.Entry entry : entries) {
            if (before.compareTo(entry.name()) > 0 || !names.test(entry.name())) {
                return false;
            }
            before = entry.name();
        }
        return true;
    }

    private static List<Attributes.Entry> sorted(List<Attributes.Entry> entries, Predicate<String> names) {
        return entries.stream()
                .filter(entry -> names.test(entry.name()))
                .sorted(Comparator.comparing(Attributes.Entry::name))
                .toList();
    }

    private static void add(Digest digest, List<Attributes.Entry> entries) {
        digest.add(Integer.toString(entries.size()));
        for (Attributes.Entry entry : entries) {
            digest.add(entry.name())
                    .add(entry.value().type().label())
                    .add(entry.value().text());
        }
    }
}
