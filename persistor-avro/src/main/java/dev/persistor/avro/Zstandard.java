package dev.persistor.avro;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** All that touches zstd-jni, which may not be on the class path: nothing of it is loaded before it is needed. */
final class Zstandard implements BlockCodec {

    private @Nullable InputStream opened;

    @Override
    public InputStream open(InputStream block) throws IOException {
        close();
        opened = new ZstdInputStreamNoFinalizer(block);
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
