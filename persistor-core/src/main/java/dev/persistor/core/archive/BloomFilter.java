package dev.persistor.core.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;

/**
 * Tells of a key that it is not in a set, or that it may be: one in some 100 times it is not. All the bits of a key are in 64 bytes,
 * so that a look-up touches memory once.
 *
 * <p>Thread-safe.
 */
final class BloomFilter {

    private static final int BITS_A_KEY = 12;
    private static final int PROBES = 6;
    /** The words of a block, as a power of two: 8 words of 64 bits. */
    private static final int BLOCK_SHIFT = 3;

    private static final int BLOCK_BITS = Long.SIZE << BLOCK_SHIFT;
    private static final int BITS_A_PROBE = 9;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private final LongBuffer words;
    private final int blocks;

    private BloomFilter(LongBuffer words) {
        this.words = words;
        this.blocks = words.limit() >> BLOCK_SHIFT;
    }

    /** Returns an empty filter for so many keys. */
    static Builder of(long keys) {
        return new Builder(Math.toIntExact(Math.max(1, keys * BITS_A_KEY / BLOCK_BITS + 1)));
    }

    /** Returns false if the key is certainly not in the set. */
    boolean mayContain(long key, long second) {
        int first = block(key, second, blocks) << BLOCK_SHIFT;
        long bits = probes(key, second);
        for (int i = 0; i < PROBES; i++) {
            int bit = (int) bits & (BLOCK_BITS - 1);
            if ((words.get(first + (bit >> 6)) & 1L << bit) == 0) {
                return false;
            }
            bits >>>= BITS_A_PROBE;
        }
        return true;
    }

    long bytes() {
        return (long) words.limit() * Long.BYTES;
    }

    private static int block(long key, long second, int blocks) {
        return (int) (((mixed(key, second) >>> 32) * blocks) >>> 32);
    }

    private static long probes(long key, long second) {
        long mixed = mixed(second, key);
        return mixed ^ (mixed >>> 32);
    }

    private static long mixed(long one, long other) {
        long mixed = (one ^ Long.rotateLeft(other, 32)) * MULTIPLIER;
        return mixed ^ (mixed >>> 29);
    }

    /** Takes keys. Not thread-safe. */
    static final class Builder {
        private final long[] words;
        private final int blocks;

        private Builder(int blocks) {
            this.words = new long[blocks << BLOCK_SHIFT];
            this.blocks = blocks;
        }

        void add(long key, long second) {
            int first = block(key, second, blocks) << BLOCK_SHIFT;
            long bits = probes(key, second);
            for (int i = 0; i < PROBES; i++) {
                int bit = (int) bits & (BLOCK_BITS - 1);
                words[first + (bit >> 6)] |= 1L << bit;
                bits >>>= BITS_A_PROBE;
            }
        }

        /** Writes the bits to a file, from a position on, and returns the filter that has them there and not on the heap. */
        BloomFilter mapped(FileChannel file, long position) throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
            long end = position;
            for (int from = 0; from < words.length; from += BUFFER_BYTES / Long.BYTES) {
                int count = Math.min(words.length - from, BUFFER_BYTES / Long.BYTES);
                buffer.clear().asLongBuffer().put(words, from, count);
                buffer.limit(count * Long.BYTES);
                while (buffer.hasRemaining()) {
                    end += file.write(buffer, end);
                }
            }
            // Not written through the mapping: on a full disk that would end the process, and this throws.
            return new BloomFilter(file.map(FileChannel.MapMode.READ_ONLY, position, end - position)
                    .asLongBuffer());
        }
    }
}
