package dev.persistor.avro;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** All that touches zstd-jni, which may not be on the class path: nothing of it is loaded before it is needed. */
final class Zstandard implements BlockCodec {

    /** The bounds of the format. */
    private static final int LEAST_LOG = 10;

    private static final int MOST_LOG = 31;

    private final int windowLog;
    private @Nullable InputStream opened;

    Zstandard(long window) {
        this.windowLog = Math.min(MOST_LOG, Math.max(LEAST_LOG, Long.SIZE - 1 - Long.numberOfLeadingZeros(window)));
    }

    @Override
    public InputStream open(InputStream block) throws IOException {
        close();
        opened = new ZstdInputStreamNoFinalizer(block).setLongMax(windowLog);
        return opened;
    }

    @Override
    public void close() {
        if (opened == null) {
            return;
        }
        try {
            opened.close();
        } catch (IOException e) {
            throw new UncheckedIOException("closing a stream in memory failed", e);
        }
        opened = null;
    }
}
