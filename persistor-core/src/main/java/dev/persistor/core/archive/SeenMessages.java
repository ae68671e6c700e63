package dev.persistor.core.archive;

import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.Digest;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The messages that were seen so far. Tells for each further one whether it is a copy of one of them, or another message with
 * the id of one of them, and where that one is.
 *
 * <p>Holds digests in a {@link DigestTable}, whose memory is bounded: the first million or so on the heap, the others in temporary
 * files. Two messages that share an id are taken for copies by mistake with a probability of 2<sup>-64</sup>, any others with one
 * of 2<sup>-128</sup>.
 *
 * <p>Not thread-safe; {@link #contains} may be called by many threads once nothing is added any more.
 */
public final class SeenMessages implements AutoCloseable {

    /** The relation of a message to those seen before it. */
    public enum Kind {
        /** No message with its id was seen. */
        NEW,
        /** It was seen before. */
        COPY,
        /** Messages with its id were seen, and all of them have another content. */
        SAME_ID
    }

    /**
     * The relation of a message to an earlier one.
     *
     * @param kind what it is
     * @param earlier where the first message is that it is a copy of, or that has its id; none if it is new
     */
    public record Seen(Kind kind, Optional<Place> earlier) {}

    /**
     * Where a message is. The blob's name is kept as a digest, because the names of all blobs would fill the memory:
     * {@link RepeatedMessages} finds it in a listing.
     *
     * @param blob the digest of the blob's name
     * @param index the message's place in the blob, from 0
     */
    public record Place(long blob, int index) {}

    private static final int HEX_DIGITS = 16;

    /** The numbers of a row. */
    private static final int CONTENT = 0;

    private static final int BLOB = 1;
    private static final int LOG_AND_INDEX = 2;
    private static final int NUMBERS = 3;

    /** The first message of an id has a row of this instead of its content, and any other one its content's. */
    private static final long FIRST = 0;

    private final DigestTable table;
    private boolean hasClaims;

    private String lastBlob = "";
    private long lastBlobDigest = digest("");

    /** Makes an empty set. */
    public SeenMessages() {
        this(new DigestTable(NUMBERS));
    }

    private SeenMessages(DigestTable table) {
        this.table = table;
    }

    /** Makes an empty set that has so many bytes of memory for messages. */
    static SeenMessages within(long memory, Path folder) {
        return new SeenMessages(new DigestTable(NUMBERS, memory, folder));
    }

    /** Adds a message, and tells what it is beside those before it. */
    public Seen add(ArchivedMessage archived) {
        return add(MessageKey.of(archived.message()), archived);
    }

    /** Adds a message whose key is known, and tells what it is beside those before it. */
    public Seen add(MessageKey key, ArchivedMessage archived) {
        long id = number(key.identity().digest());
        long content = number(key.digest());
        int log = log(key);
        long blob = digest(archived.blob());
        Optional<long[]> first = Optional.empty();
        if (!table.add(id, FIRST, content, blob, logAndIndex(log, archived.index()))) {
            first = table.get(id, FIRST);
            Optional<long[]> copied = find(key, id, first);
            if (copied.isPresent()) {
                return seen(Kind.COPY, copied.get());
            }
            insert(id, content, blob, logAndIndex(log, archived.index()));
        }
        key.claim().ifPresent(claim -> {
            hasClaims = true;
            insert(id, claimed(claim), blob, logAndIndex(0, archived.index()));
        });
        return first.map(row -> seen(Kind.SAME_ID, row)).orElseGet(() -> new Seen(Kind.NEW, Optional.empty()));
    }

    /** Tells whether a copy of a message was added. */
    public boolean contains(Message message) {
        MessageKey key = MessageKey.of(message);
        long id = number(key.identity().digest());
        Optional<long[]> first = table.get(id, FIRST);
        return first.isPresent() && find(key, id, first).isPresent();
    }

    /** Returns how many bytes the temporary files have. */
    public long bytesOnDisk() {
        return table.bytesOnDisk();
    }

    private static Seen seen(Kind kind, long[] row) {
        return new Seen(kind, Optional.of(new Place(row[BLOB], (int) row[LOG_AND_INDEX])));
    }

    private Optional<long[]> find(MessageKey key, long id, Optional<long[]> first) {
        long content = number(key.digest());
        int log = log(key);
        return find(id, content, log, first)
                .or(() -> key.claim().flatMap(claim -> find(id, number(claim), log, first)))
                .or(() -> hasClaims ? find(id, claimed(key.digest()), log, first) : Optional.empty());
    }

    private Optional<long[]> find(long id, long content, int log, Optional<long[]> first) {
        if (first.isPresent() && isRow(first.get(), content, log)) {
            return first;
        }
        Optional<long[]> row = table.get(id, content);
        for (long next = content + 1; row.isPresent() && !isRow(row.get(), content, log); next++) {
            row = table.get(id, next);
        }
        return row;
    }

    private static boolean isRow(long[] row, long content, int log) {
        return row[CONTENT] == content && mayBeTheSameLog((int) (row[LOG_AND_INDEX] >>> Integer.SIZE), log);
    }

    /** Not every way to read a broker knows the log. */
    private static boolean mayBeTheSameLog(int one, int other) {
        return one == other || one == 0 || other == 0;
    }

    /** Messages of several logs may be equal in all else: each takes the next number that is free. */
    private void insert(long id, long content, long blob, long logAndIndex) {
        for (long at = content; !table.add(id, at, content, blob, logAndIndex); at++) {}
    }

    private static long logAndIndex(int log, int index) {
        return (long) log << Integer.SIZE | index;
    }

    private static long number(String digest) {
        return HexFormat.fromHexDigitsToLong(digest, 0, HEX_DIGITS);
    }

    /** Claims are kept apart from seen messages: a claim does not prove another claim. */
    private static long claimed(String digest) {
        return ~number(digest);
    }

    private static int log(MessageKey key) {
        String log = key.identity().log();
        return log.isEmpty() ? 0 : (int) digest(log) | 1;
    }

    /** Deletes the temporary files. */
    @Override
    public void close() {
        table.close();
    }

    /** The messages of a blob come one after another. */
    private long digest(BlobName blob) {
        if (!blob.value().equals(lastBlob)) {
            lastBlob = blob.value();
            lastBlobDigest = digest(lastBlob);
        }
        return lastBlobDigest;
    }

    static long digest(String text) {
        return number(new Digest().add(text).hex(Long.BYTES));
    }
}
