package dev.persistor.core.archive;

import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.Digest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of several parts of an archive's messages, each for a process of its own. Each message is in exactly one of the shards 0 to
 * {@code count - 1}, on every machine and in every version of Persistor.
 *
 * <p>All messages of an ordering key are in one shard, whatever their sources, so that a replay of a shard keeps their order. A message
 * without a key is in the shard of its source and id. Copies of a message are in one shard, also those that a replay made.
 *
 * <p>Immutable.
 *
 * @param index which of the shards, from 0
 * @param count how many shards there are, 1 to {@value #MOST}
 */
public record Shard(int index, int count) {

    /** The maximum number of shards. */
    public static final int MOST = 9_999;

    /** The text form of a shard. */
    public static final String ALLOWED = "I/N, with a number of shards N from 1 to " + MOST + " and I from 0 to N-1";

    private static final Pattern TEXT = Pattern.compile("([0-9]{1,4})/([0-9]{1,4})");
    private static final String CARRIED_KEY = ReplayAttributes.CARRIED_PREFIX + BrokerProperties.KEY;

    /** Makes a shard. */
    public Shard {
        if (count < 1 || count > MOST || index < 0 || index >= count) {
            throw new IllegalArgumentException("shard " + index + "/" + count + " does not exist; use " + ALLOWED);
        }
    }

    /**
     * Reads a shard, such as {@code 0/4} for the first of four.
     *
     * @throws IllegalArgumentException if the text is no shard; the message says what is allowed
     */
    public static Shard parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a shard; use " + ALLOWED);
        }
        return new Shard(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    /** Tells whether a message is in this shard. */
    public boolean has(Message message) {
        return count == 1 || Long.remainderUnsigned(hash(message), count) == index;
    }

    /** This decides where messages are, in processes of several versions of Persistor, so it must never change. */
    private static long hash(Message message) {
        Digest digest = new Digest();
        Optional<String> key = OrderKey.of(message).or(() -> carriedKey(message));
        if (key.isPresent()) {
            digest.add(key.get());
        } else {
            // Not the log: not every way to read a broker knows it, and a copy may come without.
            Identity identity = Identity.of(message);
            digest.add(identity.source()).add(identity.id());
        }
        return HexFormat.fromHexDigitsToLong(digest.hex(Long.BYTES));
    }

    /** A replay to a target that has no place for a binary key carries the key in an attribute. */
    private static Optional<String> carriedKey(Message message) {
        return message.attributes()
                .text(CARRIED_KEY)
                .filter(text ->
                        message.attributes().first(ReplayAttributes.ORIGINAL_ID).isPresent())
                .map(text -> OrderKey.BINARY + text);
    }

    /** Returns the shard as it is written: {@code 0/4}. */
    @Override
    public String toString() {
        return index + "/" + count;
    }
}
