package dev.persistor.core.write;

import dev.persistor.core.format.RawFormat;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.Digest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalInt;

/**
 * The messages of a blob with their index: a digest of each in some 32 bytes, because messages that are read again
 * must not fill the memory.
 *
 * <p>Immutable.
 */
final class StoredBatch {

    private static final int DIGEST_BYTES = 16;
    private static final int HALF = 16;

    /** Two numbers for each message, by index. */
    private final long[] digests;
    /** Indexes from 1 on, at the place that the digest gives or behind it; 0 where there is none. */
    private final int[] table;

    private StoredBatch(long[] digests) {
        this.digests = digests;
        this.table = new int[Integer.highestOneBit(Math.max(1, size())) * 4];
        for (int index = 0; index < size(); index++) {
            int slot = slot(digests[2 * index], digests[2 * index + 1]);
            if (table[slot] == 0) {
                table[slot] = index + 1;
            }
        }
    }

    /** Returns the number of messages. */
    int size() {
        return digests.length / 2;
    }

    /** Returns where in the blob a message is that equals this one. */
    OptionalInt indexOf(Message message) {
        String digest = digest(message);
        int index = table[slot(number(digest, 0), number(digest, HALF))] - 1;
        return index < 0 ? OptionalInt.empty() : OptionalInt.of(index);
    }

    /** Returns the place of a digest, or the empty place where it would be. Digests are spread evenly already. */
    private int slot(long high, long low) {
        int mask = table.length - 1;
        int slot = (int) (high ^ low) & mask;
        while (table[slot] != 0 && (digests[2 * table[slot] - 2] != high || digests[2 * table[slot] - 1] != low)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    /** Returns a digest of all that two deliveries of one message have in common. */
    private static String digest(Message message) {
        Digest digest = new Digest();
        RawFormat.describe(message.toBuilder().deliveryAttempt(null).build())
                .forEach((key, value) -> digest.add(key).add(value));
        return digest.add(message.payload()).hex(DIGEST_BYTES);
    }

    private static long number(String hex, int from) {
        return HexFormat.fromHexDigitsToLong(hex, from, from + HALF);
    }

    /** Collects messages in the order of the blob. Not thread-safe. */
    static final class Builder {
        private long[] digests = new long[256];
        private int size;

        void add(Message message) {
            if (size == digests.length) {
                digests = Arrays.copyOf(digests, 2 * size);
            }
            String digest = digest(message);
            digests[size++] = number(digest, 0);
            digests[size++] = number(digest, HALF);
        }

        StoredBatch build() {
            return new StoredBatch(Arrays.copyOf(digests, size));
        }
    }
}
