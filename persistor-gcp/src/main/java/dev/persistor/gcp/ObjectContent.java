package dev.persistor.gcp;

import com.google.cloud.ReadChannel;
import dev.persistor.core.store.BlobName;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.channels.Channels;

/**
 * What a channel of the client gives, as a stream that keeps the contract of one: without its buffer the channel reads nothing now
 * and then, at an object's end, and tells only the next time that it is the end. A failure is a
 * {@link dev.persistor.core.store.BlobStoreException}. Not thread-safe.
 */
final class ObjectContent extends FilterInputStream {

    private final BlobName name;
    private final String what;

    /**
     * Reads an object.
     *
     * @param what the verb and the place, for error messages
     */
    ObjectContent(ReadChannel channel, BlobName name, String what) {
        super(Channels.newInputStream(channel));
        this.name = name;
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
            int read = in.read(bytes, offset, length);
            while (read == 0 && length > 0) {
                read = in.read(bytes, offset, length);
            }
            return read;
        } catch (IOException | RuntimeException e) {
            throw GcsErrors.translateRead(name, what, e);
        }
    }
}
