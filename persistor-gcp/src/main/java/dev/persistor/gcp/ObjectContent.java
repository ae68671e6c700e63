package dev.persistor.gcp;

import com.google.cloud.ReadChannel;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.channels.Channels;

/**
 * What a channel of the client gives, as a stream that keeps the contract of one: without its buffer the channel reads nothing now
 * and then, at an object's end, and tells only the next time that it is the end. Not thread-safe.
 */
final class ObjectContent extends FilterInputStream {

    ObjectContent(ReadChannel channel) {
        super(Channels.newInputStream(channel));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = in.read(bytes, offset, length);
        while (read == 0 && length > 0) {
            read = in.read(bytes, offset, length);
        }
        return read;
    }
}
