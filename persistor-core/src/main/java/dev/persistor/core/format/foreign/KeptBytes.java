package dev.persistor.core.format.foreign;

import dev.persistor.core.store.BulkInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** What a parser reads, kept until it is told to be forgotten, so that a value can be had as it stands. Not thread-safe. */
final class KeptBytes extends BulkInputStream {

    private static final int FIRST_ROOM = 32 * 1024;
    private static final int MOST = Integer.MAX_VALUE - 64;

    private final InputStream in;
    private byte[] kept = new byte[FIRST_ROOM];
    private int size;
    private long before;

    KeptBytes(InputStream in) {
        this.in = in;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = in.read(bytes, offset, length);
        if (read > 0) {
            makeRoom(read);
            System.arraycopy(bytes, offset, kept, size, read);
            size += read;
        }
        return read;
    }

    private void makeRoom(int bytes) {
        if (kept.length - size < bytes) {
            kept = Arrays.copyOf(kept, Math.max(Math.addExact(size, bytes), (int) Math.min(2L * size, MOST)));
        }
    }

    /** Forgets all before a place, counted in bytes from the beginning. */
    void forgetBefore(long place) {
        int forgotten = Math.toIntExact(place - before);
        if (forgotten > 0) {
            size -= forgotten;
            System.arraycopy(kept, forgotten, kept, 0, size);
            before = place;
        }
    }

    /** Returns the bytes from one place up to another. */
    byte[] between(long from, long to) {
        return Arrays.copyOfRange(kept, Math.toIntExact(from - before), Math.toIntExact(to - before));
    }
}
