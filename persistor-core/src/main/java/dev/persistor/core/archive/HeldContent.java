package dev.persistor.core.archive;

import dev.persistor.core.store.BulkInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A content that waits in memory until it is read. Its arrays are those of contents before it: the garbage collector would copy
 * each that lives as long as these do, and copies none that has grown old.
 *
 * <p>Not thread-safe; may be read by another thread than made it.
 */
final class HeldContent extends BulkInputStream {

    /** Large arrays are costly to the garbage collector. */
    private static final int ARRAY_BYTES = 64 << 10;

    /** Arrays that are free. Thread-safe. */
    static final class Arrays {
        private final Queue<byte[]> free = new ConcurrentLinkedQueue<>();

        private byte[] take() {
            byte[] array = free.poll();
            return array == null ? new byte[ARRAY_BYTES] : array;
        }
    }

    private final Arrays arrays;
    /** What is not read yet; all but the last are full. */
    private final Deque<byte[]> held = new ArrayDeque<>();

    private int position;
    private int inLast;

    private HeldContent(Arrays arrays) {
        this.arrays = arrays;
    }

    /** Reads a content to its end. */
    static HeldContent of(InputStream content, Arrays arrays) throws IOException {
        HeldContent read = new HeldContent(arrays);
        do {
            byte[] array = arrays.take();
            read.held.addLast(array);
            read.inLast = content.readNBytes(array, 0, ARRAY_BYTES);
        } while (read.inLast == ARRAY_BYTES);
        return read;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        int left = leftInFirst();
        if (left == 0) {
            close();
            return -1;
        }
        int count = Math.min(left, length);
        System.arraycopy(held.getFirst(), position, bytes, offset, count);
        position += count;
        if (position == ARRAY_BYTES) {
            giveBackFirst();
        }
        return count;
    }

    private int leftInFirst() {
        return held.isEmpty() ? 0 : (held.size() == 1 ? inLast : ARRAY_BYTES) - position;
    }

    private void giveBackFirst() {
        arrays.free.add(held.removeFirst());
        position = 0;
    }

    @Override
    public int available() {
        return leftInFirst();
    }

    /** Ends the content; its arrays are others' from now on. */
    @Override
    public void close() {
        while (!held.isEmpty()) {
            giveBackFirst();
        }
    }
}
