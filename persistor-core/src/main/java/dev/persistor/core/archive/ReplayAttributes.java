package dev.persistor.core.archive;

import dev.persistor.core.format.Manifest;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.Digest;
import dev.persistor.core.store.PercentEncoding;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The attributes that a replay adds to a message, and what can be said of a message that carries them.
 *
 * <p>A consumer may copy these attributes onto another message. So they prove nothing by themselves: {@link #ORIGINAL_DIGEST}
 * holds a digest of the message as the replay sent it, and a message whose content does not fit it is another message.
 *
 * <p>Thread-safe.
 */
public final class ReplayAttributes {

    /** The place of the archived message: {@code BLOB#INDEX}. */
    public static final String REPLAYED_FROM = "persistor-replayed-from";

    /** The id that the message had when it was first published. */
    public static final String ORIGINAL_ID = Manifest.ORIGINAL_ID;

    /** The source that the message had when it was first archived. */
    public static final String ORIGINAL_SOURCE = "persistor-original-source";

    /** The original publish time, in ISO-8601. */
    public static final String ORIGINAL_PUBLISH_TIME = "persistor-original-publish-time";

    /** The digest of the archived message, and behind it the one of the message that the replay sent. */
    public static final String ORIGINAL_DIGEST = "persistor-original-digest";

    /** The names of further attributes that the replay added on the user's behalf. */
    public static final String ADDED = "persistor-replay-added";

    /** The beginning of the names of attributes that carry a broker property that the target has no place for. */
    public static final String CARRIED_PREFIX = "persistor-broker-";

    private static final Set<String> NAMES =
            Set.of(REPLAYED_FROM, ORIGINAL_ID, ORIGINAL_SOURCE, ORIGINAL_PUBLISH_TIME, ORIGINAL_DIGEST, ADDED);

    private static final PercentEncoding IN_LIST = PercentEncoding.keeping("-_.");
    private static final String SEPARATOR = ",";
    private static final int DIGEST_BYTES = 16;

    private ReplayAttributes() {}

    /** Returns the value of {@link #ADDED} for these names, and those that an earlier replay of the message added. */
    public static String added(Attributes attributes, Collection<String> names) {
        Set<String> all = new TreeSet<>(names);
        all.addAll(added(attributes));
        return all.stream().map(IN_LIST::encode).collect(Collectors.joining(SEPARATOR));
    }

    private static Set<String> added(Attributes attributes) {
        return attributes.text(ADDED).stream()
                .flatMap(names -> Arrays.stream(names.split(SEPARATOR, -1)))
                .flatMap(name -> PercentEncoding.decode(name).stream())
                .collect(Collectors.toSet());
    }

    /** Returns the attributes of a message without those that a replay added. */
    static Attributes without(Attributes attributes) {
        Set<String> added = added(attributes);
        return Attributes.of(attributes.entries().stream()
                .filter(entry -> !NAMES.contains(entry.name())
                        && !added.contains(entry.name())
                        && !entry.name().startsWith(CARRIED_PREFIX))
                .toList());
    }

    /**
     * Returns a digest of a replayed message that its target and the way back leave as it is. It covers what the message was
     * first, the payload, the ordering key, and the attributes that the replay did not add, by names and texts: a target may
     * take every value as text, and none keeps the order of names.
     */
    static String sentDigest(Message message) {
        return sentDigest(message, message.attributes());
    }

    /** Returns the digest that a message would have if it had been replayed with these attributes. */
    private static String sentDigest(Message message, Attributes marks) {
        Digest digest = new Digest()
                .add(marks.text(ORIGINAL_ID).orElse(""))
                .add(marks.text(ORIGINAL_SOURCE).orElse(""))
                .add(marks.text(ORIGINAL_PUBLISH_TIME).orElse(""))
                .add(message.orderingKey().orElse(""));
        List<Attributes.Entry> entries = without(message.attributes()).entries().stream()
                .sorted(Comparator.comparing(Attributes.Entry::name))
                .toList();
        digest.add(Integer.toString(entries.size()));
        entries.forEach(entry -> digest.add(entry.name()).add(entry.value().text()));
        return digest.addBytes(message.payload()).hex(DIGEST_BYTES);
    }

    /**
     * Tells whether a message is what a replay published of an archived one. Neither is trusted: the content of both is
     * compared, too.
     */
    public static boolean isReplayOf(Message archived, Message message) {
        MessageKey original = MessageKey.of(archived);
        MessageKey key = MessageKey.of(message);
        boolean isClaimed = key.isReplayed() ? key.digest().equals(original.digest()) : isNamed(archived, message);
        return isClaimed && sentDigest(message).equals(sentDigest(archived, message.attributes()));
    }

    /** For a message without {@link #ORIGINAL_DIGEST}: tells whether its other attributes name the archived one. */
    private static boolean isNamed(Message archived, Message message) {
        Attributes marks = message.attributes();
        Attributes before = archived.attributes();
        return marks.first(ORIGINAL_DIGEST).isEmpty()
                && is(marks.text(ORIGINAL_ID), before.text(ORIGINAL_ID).orElse(archived.id()))
                && is(marks.text(ORIGINAL_SOURCE), before.text(ORIGINAL_SOURCE).orElse(archived.source()))
                && is(
                        marks.text(ORIGINAL_PUBLISH_TIME),
                        before.text(ORIGINAL_PUBLISH_TIME)
                                .orElse(archived.publishTime().toString()));
    }

    private static boolean is(Optional<String> mark, String expected) {
        return mark.filter(expected::equals).isPresent();
    }
}
