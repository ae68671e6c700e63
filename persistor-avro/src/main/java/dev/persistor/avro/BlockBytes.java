package dev.persistor.avro;

import dev.persistor.core.store.BulkInputStream;
import java.io.EOFException;
import java.io.IOException;

/** The bytes of one block of a file, as they are stored. Not thread-safe. */
final class BlockBytes extends BulkInputStream {

    private final BinaryInput file;
    private final long size;
    private long left;

    BlockBytes(BinaryInput file, long size) {
        this.file = file;
        this.size = size;
        this.left = size;
    }

    /** Returns how many bytes of the block were read. */
    long taken() {
        return size - left;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (left == 0) {
            return -1;
        }
        int read = file.read(bytes, offset, (int) Math.min(length, left));
        left -= Math.max(read, 0);
        return read;
    }

    /**
     * Goes to the end of the block, over what a decompressor has not asked for.
     *
     * @throws EOFException if the file ends before it
     */
    void skipRest() throws IOException {
        file.skip(left);
        left = 0;
    }
}
