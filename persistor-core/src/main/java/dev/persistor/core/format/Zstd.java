package dev.persistor.core.format;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** All that touches zstd-jni, which may not be on the class path: nothing of it is loaded before it is needed. */
final class Zstd {

    /** The bounds of the format. */
    private static final int LEAST_LOG = 10;

    private static final int MOST_LOG = 31;

    private Zstd() {}

    static OutputStream compress(OutputStream out) throws IOException {
        // Without the checksum, which is not the library's default, a damaged byte may go unnoticed.
        return new ZstdOutputStream(out).setChecksum(true);
    }

    /**
     * Decompresses.
     *
     * @param window the largest window in bytes that a frame may ask for: it is memory outside of the heap
     */
    static InputStream decompress(InputStream in, long window) throws IOException {
        return new ZstdInputStream(in).setLongMax(log(window));
    }

    private static int log(long window) {
        return Math.min(MOST_LOG, Math.max(LEAST_LOG, Long.SIZE - 1 - Long.numberOfLeadingZeros(window)));
    }
}
