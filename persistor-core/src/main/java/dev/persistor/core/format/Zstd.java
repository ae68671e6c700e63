package dev.persistor.core.format;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** All that touches zstd-jni, which may not be on the class path: nothing of it is loaded before it is needed. */
final class Zstd {

    private static final int RECEIVED_WINDOW_LOG = 23;

    private Zstd() {}

    static OutputStream compress(OutputStream out) throws IOException {
        // Without the checksum, which is not the library's default, a damaged byte may go unnoticed.
        return new ZstdOutputStream(out).setChecksum(true);
    }

    /** With no larger window than RFC 9659 allows in HTTP: the sender decides how much memory a window takes. */
    static InputStream decompressReceived(InputStream in) throws IOException {
        return new ZstdInputStream(in).setLongMax(RECEIVED_WINDOW_LOG);
    }

    static InputStream decompress(InputStream in) throws IOException {
        return new ZstdInputStream(in);
    }
}
