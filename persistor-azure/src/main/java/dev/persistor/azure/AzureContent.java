package dev.persistor.azure;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A blob's content, whose failures are translated as those of all other calls are. Not thread-safe. */
final class AzureContent extends FilterInputStream {

    private final String what;

    /**
     * Reads a content.
     *
     * @param what the verb and the name, for error messages
     */
    AzureContent(InputStream content, String what) {
        super(content);
        this.what = what;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
        try {
            return in.read(bytes, offset, length);
        } catch (IOException | RuntimeException e) {
            throw AzureErrors.translate(what, e);
        }
    }
}
