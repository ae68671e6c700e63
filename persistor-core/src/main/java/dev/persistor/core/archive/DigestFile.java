package dev.persistor.core.archive;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Sorted rows of a {@link DigestTable} in a temporary file. Each begins with a key of two numbers. Behind the rows are the bits of
 * their Bloom filter, which are mapped and not on the heap.
 *
 * <p>Thread-safe.
 */
final class DigestFile implements AutoCloseable {

    /** The number of longs in a key. */
    static final int KEY = 2;

    private static final int BLOCK_ROWS = 128;
    private static final int BUFFER_BYTES = 1 << 18;

    private final FileChannel file;
    private final int stride;
    private final long count;
    /** The first number of each block's first key. */
    private final long[] firstKeys;

    private final BloomFilter filter;

    private DigestFile(FileChannel file, int stride, long count, long[] firstKeys, BloomFilter filter) {
        this.file = file;
        this.stride = stride;
        this.count = count;
        this.firstKeys = firstKeys;
        this.filter = filter;
    }

    /** Rows in the order of their keys. */
    interface Rows {

        /** Returns how many there are. */
        long count();

        /**
         * Copies the next row.
         *
         * @return whether there was one
         */
        boolean next(long[] row) throws IOException;

        /** Returns the rows at the beginning of an array. */
        static Rows of(long[] rows, int end, int stride) {
            return new Rows() {
                private int at;

                @Override
                public long count() {
                    return end / stride;
                }

                @Override
                public boolean next(long[] row) {
                    if (at == end) {
                        return false;
                    }
                    System.arraycopy(rows, at, row, 0, stride);
                    at += stride;
                    return true;
                }
            };
        }
    }

    /** Compares two keys; numbers have no sign. */
    static int compare(long key, long second, long otherKey, long otherSecond) {
        int order = Long.compareUnsigned(key, otherKey);
        return order == 0 ? Long.compareUnsigned(second, otherSecond) : order;
    }

    /** Writes rows to a new file. */
    static DigestFile write(Path folder, Rows rows, int stride) throws IOException {
        FileChannel file = create(folder);
        try {
            long count = rows.count();
            long[] firstKeys = new long[(int) ((count + BLOCK_ROWS - 1) / BLOCK_ROWS)];
            BloomFilter.Builder filter = BloomFilter.of(count);
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
            long[] row = new long[stride];
            for (long i = 0; rows.next(row); i++) {
                if (i % BLOCK_ROWS == 0) {
                    firstKeys[(int) (i / BLOCK_ROWS)] = row[0];
                }
                filter.add(row[0], row[1]);
                put(row, buffer, file);
            }
            flush(buffer, file);
            return new DigestFile(file, stride, count, firstKeys, filter.mapped(file, count * stride * Long.BYTES));
        } catch (IOException | RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    /** If the operating system allows it, the name is deleted immediately, so that a kill leaves nothing behind. */
    private static FileChannel create(Path folder) throws IOException {
        Path path = Files.createTempFile(folder, "persistor-digests-", ".tmp");
        return FileChannel.open(
                path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
    }

    private static void put(long[] row, ByteBuffer buffer, FileChannel file) throws IOException {
        if (buffer.remaining() < row.length * Long.BYTES) {
            flush(buffer, file);
        }
        for (long number : row) {
            buffer.putLong(number);
        }
    }

    private static void flush(ByteBuffer buffer, FileChannel file) throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            file.write(buffer);
        }
        buffer.clear();
    }

    /** Writes the rows of several files, which have no key in common, to a new one. */
    static DigestFile merge(Path folder, List<DigestFile> files, int stride) throws IOException {
        List<Cursor> cursors = new ArrayList<>();
        for (DigestFile file : files) {
            cursors.add(file.new Cursor());
        }
        long count = files.stream().mapToLong(file -> file.count).sum();
        return write(
                folder,
                new Rows() {
                    @Override
                    public long count() {
                        return count;
                    }

                    @Override
                    public boolean next(long[] row) throws IOException {
                        return takeFirst(cursors, row);
                    }
                },
                stride);
    }

    private static boolean takeFirst(List<Cursor> cursors, long[] row) throws IOException {
        Cursor first = null;
        for (Cursor each : cursors) {
            if (!each.atEnd && (first == null || compare(each.row[0], each.row[1], first.row[0], first.row[1]) < 0)) {
                first = each;
            }
        }
        if (first == null) {
            return false;
        }
        System.arraycopy(first.row, 0, row, 0, row.length);
        first.advance();
        return true;
    }

    /** Reads the rows one after another. */
    private final class Cursor {
        private final long[] row = new long[stride];
        private final ByteBuffer buffer =
                ByteBuffer.allocateDirect(BUFFER_BYTES).limit(0);
        private long next;
        private boolean atEnd;

        Cursor() throws IOException {
            advance();
        }

        private void advance() throws IOException {
            atEnd = next == count;
            if (atEnd) {
                return;
            }
            if (!buffer.hasRemaining()) {
                long wanted = Math.min(count - next, BUFFER_BYTES / (stride * Long.BYTES));
                read(buffer, next, (int) wanted);
            }
            for (int i = 0; i < stride; i++) {
                row[i] = buffer.getLong();
            }
            next++;
        }
    }

    private void read(ByteBuffer buffer, long firstRow, int rows) throws IOException {
        int rowBytes = stride * Long.BYTES;
        buffer.clear().limit(rows * rowBytes);
        while (buffer.hasRemaining()) {
            if (file.read(buffer, firstRow * rowBytes + buffer.position()) < 0) {
                throw new EOFException("the file ends before its last row");
            }
        }
        buffer.flip();
    }

    /** Returns the numbers behind a key. */
    Optional<long[]> find(long key, long second) {
        if (!filter.mayContain(key, second)) {
            return Optional.empty();
        }
        try {
            for (int block = blockOf(key); block < firstKeys.length; block++) {
                if (Long.compareUnsigned(firstKeys[block], key) > 0) {
                    return Optional.empty();
                }
                Optional<long[]> found = findIn(block, key, second);
                if (found.isPresent()) {
                    return found;
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("a temporary file with the digests of messages cannot be read", e);
        }
    }

    /** Returns the first block that may hold a key. */
    private int blockOf(long key) {
        int low = 0;
        int high = firstKeys.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(firstKeys[middle], key) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return Math.max(0, low - 1);
    }

    private Optional<long[]> findIn(int block, long key, long second) throws IOException {
        int blockRows = (int) Math.min(BLOCK_ROWS, count - (long) block * BLOCK_ROWS);
        ByteBuffer bytes = ByteBuffer.allocate(blockRows * stride * Long.BYTES);
        read(bytes, (long) block * BLOCK_ROWS, blockRows);
        LongBuffer numbers = bytes.asLongBuffer();
        for (int at = 0; at < blockRows * stride; at += stride) {
            if (numbers.get(at) == key && numbers.get(at + 1) == second) {
                long[] found = new long[stride - KEY];
                numbers.get(at + KEY, found);
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    /** Returns the size of the file. */
    long bytes() {
        return count * stride * Long.BYTES + filter.bytes();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
