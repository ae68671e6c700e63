package dev.persistor.core.archive;

import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.Digest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The messages that were seen so far. Tells for each further one whether it is a copy of one of them, or another message with
 * the id of one of them, and where that one is.
 *
 * <p>Holds digests, in some 60 bytes a message. Two messages that share an id are taken for copies by mistake with a
 * probability of 2<sup>-64</sup>, any others with one of 2<sup>-128</sup>.
 *
 * <p>Not thread-safe; {@link #contains} may be called by many threads once nothing is added any more.
 */
public final class SeenMessages {

    /** What a message is beside those that were seen before it. */
    public enum Kind {
        /** No message with its id was seen. */
        NEW,
        /** It was seen before. */
        COPY,
        /** Messages with its id were seen, and all of them have another content. */
        SAME_ID
    }

    /**
     * What a message is, and beside which one.
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

    private static final int FIRST_CAPACITY = 1 << 10;
    private static final int HEX_DIGITS = 16;
    private static final int NONE = -1;

    /** A row for each message, in the order in which they came. */
    private long[] ids = new long[FIRST_CAPACITY];

    private long[] contents = new long[FIRST_CAPACITY];
    private long[] blobs = new long[FIRST_CAPACITY];
    private int[] indexes = new int[FIRST_CAPACITY];
    private int[] logs = new int[FIRST_CAPACITY];
    private int rows;

    /** The rows by their contents and, for the first of each id, by their ids: open hash tables of row numbers. */
    private int[] byContent = emptyTable(2 * FIRST_CAPACITY);

    private int[] byId = emptyTable(2 * FIRST_CAPACITY);
    private boolean hasClaims;

    private String lastBlob = "";
    private long lastBlobDigest = digest("");

    /** Makes an empty set. */
    public SeenMessages() {}

    private static int[] emptyTable(int size) {
        int[] table = new int[size];
        Arrays.fill(table, NONE);
        return table;
    }

    /** Adds a message, and tells what it is beside those before it. */
    public Seen add(ArchivedMessage archived) {
        return add(MessageKey.of(archived.message()), archived);
    }

    /** Adds a message whose key is known, and tells what it is beside those before it. */
    public Seen add(MessageKey key, ArchivedMessage archived) {
        int copied = find(key);
        if (copied != NONE) {
            return seen(Kind.COPY, copied);
        }
        long id = number(key.identity().digest());
        int sameId = byId[slotOfId(id)];
        Place place = new Place(digest(archived.blob()), archived.index());
        insert(id, number(key.digest()), log(key), place);
        if (key.claim().isPresent()) {
            hasClaims = true;
            insert(id, claimed(key.claim().get()), 0, place);
        }
        return sameId == NONE ? new Seen(Kind.NEW, Optional.empty()) : seen(Kind.SAME_ID, sameId);
    }

    /** Tells whether a copy of a message was added. */
    public boolean contains(Message message) {
        return find(MessageKey.of(message)) != NONE;
    }

    private Seen seen(Kind kind, int row) {
        return new Seen(kind, Optional.of(new Place(blobs[row], indexes[row])));
    }

    private int find(MessageKey key) {
        long id = number(key.identity().digest());
        int log = log(key);
        int row = find(id, number(key.digest()), log);
        if (row == NONE && key.claim().isPresent()) {
            row = find(id, number(key.claim().get()), log);
        }
        return row == NONE && hasClaims ? find(id, claimed(key.digest()), log) : row;
    }

    private int find(long id, long content, int log) {
        int mask = byContent.length - 1;
        for (int at = (int) content & mask; byContent[at] != NONE; at = (at + 1) & mask) {
            int row = byContent[at];
            if (contents[row] == content && ids[row] == id && mayBeTheSameLog(logs[row], log)) {
                return row;
            }
        }
        return NONE;
    }

    /** Not every way to read a broker knows the log. */
    private static boolean mayBeTheSameLog(int one, int other) {
        return one == other || one == 0 || other == 0;
    }

    /** Returns where the first row with the id is, or would go. */
    private int slotOfId(long id) {
        int mask = byId.length - 1;
        int at = (int) id & mask;
        while (byId[at] != NONE && ids[byId[at]] != id) {
            at = (at + 1) & mask;
        }
        return at;
    }

    private void insert(long id, long content, int log, Place place) {
        if (rows == ids.length) {
            grow();
        }
        ids[rows] = id;
        contents[rows] = content;
        logs[rows] = log;
        blobs[rows] = place.blob();
        indexes[rows] = place.index();
        link(rows);
        rows++;
    }

    private void link(int row) {
        int mask = byContent.length - 1;
        int at = (int) contents[row] & mask;
        while (byContent[at] != NONE) {
            at = (at + 1) & mask;
        }
        byContent[at] = row;
        int ofId = slotOfId(ids[row]);
        if (byId[ofId] == NONE) {
            byId[ofId] = row;
        }
    }

    private void grow() {
        int capacity = Math.multiplyExact(2, ids.length);
        ids = Arrays.copyOf(ids, capacity);
        contents = Arrays.copyOf(contents, capacity);
        blobs = Arrays.copyOf(blobs, capacity);
        indexes = Arrays.copyOf(indexes, capacity);
        logs = Arrays.copyOf(logs, capacity);
        byContent = emptyTable(Math.multiplyExact(2, capacity));
        byId = emptyTable(Math.multiplyExact(2, capacity));
        for (int row = 0; row < rows; row++) {
            link(row);
        }
    }

    private static long number(String digest) {
        return HexFormat.fromHexDigitsToLong(digest, 0, HEX_DIGITS);
    }

    /** What is claimed is not what was seen: a claim makes no other claim true. */
    private static long claimed(String digest) {
        return ~number(digest);
    }

    private static int log(MessageKey key) {
        String log = key.identity().log();
        return log.isEmpty() ? 0 : (int) digest(log) | 1;
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
