package dev.persistor.core.archive;

import dev.persistor.core.format.ContentDigest;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.store.Digest;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The messages that are stored somewhere, to tell which others need not be stored beside them. That is stricter than
 * {@link MessageKey}: a message is a copy only if it has the same id and source, the same content, and accounts for no other offset. A
 * message that a replay published is no copy of its original here, and one message that was read of two logs is two.
 *
 * <p>Holds digests in a {@link DigestTable}, whose memory is bounded.
 *
 * <p>Not thread-safe.
 */
public final class ExactCopies implements AutoCloseable {

    /** The relation of a message to those added before it. */
    public enum Kind {
        /** No copy of it was added. */
        NEW,
        /** It is a copy of a message that was new. */
        COPY,
        /** It is a copy of a message that was stored before. */
        STORED
    }

    private static final int DIGEST_BYTES = 16;
    private static final int HEX_DIGITS = 16;

    /** The one number of a row. */
    private static final long WAS_NEW = 0;

    private static final long WAS_STORED = 1;

    private final DigestTable table = new DigestTable(1);

    /** Makes an empty set. */
    public ExactCopies() {}

    /** Adds a message that is stored. */
    public void addStored(Message message) {
        add(message, ContentDigest.of(message), WAS_STORED);
    }

    /** Tells what a message is, and adds it if it is new. */
    public Kind add(Message message) {
        String content = ContentDigest.of(message);
        Optional<long[]> row = get(key(message, content));
        if (row.isPresent()) {
            return row.get()[0] == WAS_STORED ? Kind.STORED : Kind.COPY;
        }
        add(message, content, WAS_NEW);
        return Kind.NEW;
    }

    /** A message that tells its offset is there, too, for a copy that does not, or that does not tell what was passed before it. */
    private void add(Message message, String content, long kind) {
        put(content, kind);
        message.position().ifPresent(position -> {
            put(at(content, position), kind);
            put(key(message, content), kind);
        });
    }

    private static String key(Message message, String content) {
        return message.position()
                .map(position -> at(content, position, PassedOffsets.upTo(message, position)))
                .orElse(content);
    }

    private static String at(String content, Position position, OffsetRange range) {
        return range.first() == range.last()
                ? at(content, position)
                : new Digest()
                        .add(at(content, position))
                        .add(Long.toString(range.first()))
                        .hex(DIGEST_BYTES);
    }

    private static String at(String content, Position position) {
        return new Digest()
                .add(content)
                .add(position.log())
                .add(position.partition())
                .add(Long.toString(position.offset()))
                .hex(DIGEST_BYTES);
    }

    private void put(String digest, long kind) {
        boolean unused = table.add(number(digest, 0), number(digest, HEX_DIGITS), kind);
    }

    private Optional<long[]> get(String digest) {
        return table.get(number(digest, 0), number(digest, HEX_DIGITS));
    }

    private static long number(String digest, int from) {
        return HexFormat.fromHexDigitsToLong(digest, from, from + HEX_DIGITS);
    }

    /** Deletes the temporary files. */
    @Override
    public void close() {
        table.close();
    }
}
