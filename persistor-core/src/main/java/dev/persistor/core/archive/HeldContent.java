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
    /** The unread chunks; all but the last are full. */
    private final Deque<byte[]> held = new ArrayDeque<>();

    private int position;
    private int inLast;

    private HeldContent(Arrays arrays) {
        this.arrays = arrays;
    }

    /**
     * Reads a content to its end.
     *
     * @param size how many bytes are expected: few of them are held in an array of their own, and not in one for many
     */
    static HeldContent of(InputStream content, long size, Arrays arrays) throws IOException {
        HeldContent read = new HeldContent(arrays);
        // One byte more, to meet the end.
        byte[] array = size < ARRAY_BYTES ? new byte[(int) size + 1] : arrays.take();
        read.add(array, content);
        while (read.inLast == array.length) {
            array = arrays.take();
            read.add(array, content);
        }
        return read;
    }

    private void add(byte[] array, InputStream content) throws IOException {
        held.addLast(array);
        inLast = content.readNBytes(array, 0, array.length);
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
        if (position == held.getFirst().length) {
            giveBackFirst();
        }
        return count;
    }

    private int leftInFirst() {
        return held.isEmpty() ? 0 : (held.size() == 1 ? inLast : held.getFirst().length) - position;
    }

    private void giveBackFirst() {
        byte[] array = held.removeFirst();
        if (array.length == ARRAY_BYTES) {
            arrays.free.add(array);
        }
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
