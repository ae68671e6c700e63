package dev.persistor.core.format;

import dev.persistor.core.store.BulkInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Reads gzip (RFC 1952), all members of it, to the very end of the stream.
 *
 * <p>The platform's own class takes a pause of the stream for its end, and whatever follows a member that is no member for
 * nothing: so content could be left behind unseen, and a checksum at the end of the stream unread.
 *
 * <p>Not thread-safe.
 */
final class GunzipInputStream extends BulkInputStream {

    private static final int MAGIC = 0x1F8B;
    private static final int DEFLATE = 8;
    private static final int HEADER_CHECKSUM = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xE0;
    private static final int TIME_AND_SYSTEM_BYTES = 6;

    private final InputStream in;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] buffer;
    private int position;
    private int limit;
    private boolean inMember;

    GunzipInputStream(InputStream in, int bufferSize) {
        this.in = in;
        this.buffer = new byte[bufferSize];
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (inMember || beginsMember()) {
            int read = inflate(bytes, offset, length);
            if (read > 0 || length == 0) {
                crc.update(bytes, offset, read);
                return read;
            }
            if (inflater.finished()) {
                endMember();
            }
        }
        return -1;
    }

    private boolean beginsMember() throws IOException {
        if (position == limit && !fill()) {
            return false;
        }
        if ((next() << 8 | next()) != MAGIC || next() != DEFLATE) {
            throw new ZipException("not gzip");
        }
        int flags = next();
        if ((flags & RESERVED) != 0) {
            throw new ZipException("the gzip header is damaged");
        }
        skip(TIME_AND_SYSTEM_BYTES);
        skipOptionalFields(flags);
        inflater.reset();
        crc.reset();
        inMember = true;
        return true;
    }

    private void skipOptionalFields(int flags) throws IOException {
        if ((flags & EXTRA) != 0) {
            skip(next() | next() << 8);
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        if ((flags & HEADER_CHECKSUM) != 0) {
            skip(Short.BYTES);
        }
    }

    private int inflate(byte[] bytes, int offset, int length) throws IOException {
        if (inflater.needsInput() && !inflater.finished()) {
            if (position == limit) {
                require(fill());
            }
            inflater.setInput(buffer, position, limit - position);
        }
        try {
            int read = inflater.inflate(bytes, offset, length);
            position = limit - inflater.getRemaining();
            if (inflater.needsDictionary()) {
                throw new ZipException("the gzip stream is damaged");
            }
            return read;
        } catch (DataFormatException e) {
            ZipException damaged = new ZipException("the gzip stream is damaged");
            damaged.initCause(e);
            throw damaged;
        }
    }

    private void endMember() throws IOException {
        inMember = false;
        if (nextInt() != (int) crc.getValue() || nextInt() != (int) inflater.getBytesWritten()) {
            throw new ZipException("the gzip stream is damaged: its checksum does not match");
        }
    }

    private int nextInt() throws IOException {
        return next() | next() << 8 | next() << 16 | next() << 24;
    }

    private int next() throws IOException {
        if (position == limit) {
            require(fill());
        }
        return buffer[position++] & 0xFF;
    }

    private void skip(int bytes) throws IOException {
        for (int i = 0; i < bytes; i++) {
            next();
        }
    }

    private void skipText() throws IOException {
        int value = next();
        while (value != 0) {
            value = next();
        }
    }

    private boolean fill() throws IOException {
        position = 0;
        limit = Math.max(0, in.read(buffer, 0, buffer.length));
        return limit > 0;
    }

    private static void require(boolean more) throws IOException {
        if (!more) {
            throw new EOFException("the gzip stream is truncated");
        }
    }

    /** Releases the inflater's memory, and closes the stream behind it. */
    @Override
    public void close() throws IOException {
        inflater.end();
        in.close();
    }
}
