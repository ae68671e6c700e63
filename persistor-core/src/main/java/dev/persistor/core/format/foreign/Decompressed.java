package dev.persistor.core.format.foreign;

import dev.persistor.core.format.Compression;
import dev.persistor.core.format.ReadContext;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The content of a file as it was before compression. The first bytes tell by what, so nothing is read before the first
 * byte is wanted.
 *
 * <p>Not thread-safe.
 */
final class Decompressed extends InputStream {

    private final InputStream in;
    private final ReadContext context;
    private @Nullable InputStream plain;

    Decompressed(InputStream in, ReadContext context) {
        this.in = in;
        this.context = context;
    }

    private InputStream plain() throws IOException {
        InputStream opened = plain;
        if (opened == null) {
            opened = Compression.decompress(in, context);
            plain = opened;
        }
        return opened;
    }

    @Override
    public int read() throws IOException {
        return plain().read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        return plain().read(bytes, offset, length);
    }

    /** Releases what decompresses, and closes the stream behind it. */
    @Override
    public void close() throws IOException {
        if (plain != null) {
            plain.close();
        }
    }
}
