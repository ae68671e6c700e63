package dev.persistor.avro;

import dev.persistor.core.store.BulkInputStream;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Avro's codec snappy, in which Beam and so Google's Dataflow templates write: Snappy's raw format, and behind it the CRC32 of the
 * content, highest byte first. Libraries decompress a block as a whole; as a stream, a torn block gives what there is of it, and no
 * length that a block states takes memory. Not thread-safe.
 */
final class Snappy implements BlockCodec {

    @Override
    public InputStream open(InputStream block) {
        return new Content(new BufferedInputStream(block));
    }

    @Override
    public void close() {}

    /** Decompresses: https://github.com/google/snappy/blob/main/format_description.txt. Not thread-safe. */
    private static final class Content extends BulkInputStream {

        /** Compressors refer back no further than this. */
        private static final int WINDOW = 1 << 16;

        private static final int TAG_BITS = 2;
        private static final int TAG_MASK = 3;
        private static final int LITERAL = 0;
        private static final int SHORT_COPY = 1;
        private static final int LONG_COPY = 2;
        private static final int LONGEST_IN_TAG = 60;

        private final InputStream in;
        private final byte[] window = new byte[WINDOW];
        private final CRC32 crc = new CRC32();
        private long size = -1;
        private long made;
        private long literal;
        private int copy;
        private long offset;
        private boolean verified;
        private @Nullable IOException failure;

        Content(InputStream in) {
            this.in = in;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int count = 0;
            while (failure == null && count < length && !isAtEnd()) {
                count += readSome(bytes, from + count, length - count);
            }
            crc.update(bytes, from, count);
            if (count == 0 && failure != null) {
                throw failure;
            }
            return count == 0 && length > 0 ? end() : count;
        }

        private boolean isAtEnd() {
            return made == size;
        }

        /** Keeps a failure for the next reading, so that what came before it is read. */
        private int readSome(byte[] bytes, int from, int length) {
            try {
                if (size < 0) {
                    size = readSize();
                    return 0;
                }
                if (literal == 0 && copy == 0) {
                    readElement();
                }
                return literal > 0 ? readLiteral(bytes, from, length) : copy(bytes, from, length);
            } catch (IOException e) {
                failure = e;
                return 0;
            }
        }

        private int end() throws IOException {
            if (!verified) {
                int expected = next() << 24 | next() << 16 | next() << 8 | next();
                require(expected == (int) crc.getValue(), "its checksum does not match");
                verified = true;
            }
            return -1;
        }

        private long readSize() throws IOException {
            long value = 0;
            for (int shift = 0; shift < Integer.SIZE; shift += 7) {
                int b = next();
                value |= (b & 0x7FL) << shift;
                if (b < 0x80) {
                    return value;
                }
            }
            throw new DamagedException("it is not compressed with snappy");
        }

        private void readElement() throws IOException {
            int tag = next();
            int upper = tag >> TAG_BITS;
            switch (tag & TAG_MASK) {
                case LITERAL -> literal = 1 + (upper < LONGEST_IN_TAG ? upper : readNumber(upper - LONGEST_IN_TAG + 1));
                case SHORT_COPY -> {
                    copy = 4 + (upper & 7);
                    offset = (long) (tag >> 5) << 8 | next();
                }
                case LONG_COPY -> {
                    copy = 1 + upper;
                    offset = readNumber(Short.BYTES);
                }
                default -> {
                    copy = 1 + upper;
                    offset = readNumber(Integer.BYTES);
                }
            }
            require(literal + copy <= size - made, "it is longer than it claims");
            require(copy == 0 || (offset > 0 && offset <= Math.min(made, WINDOW)), "it refers to what is not there");
        }

        private long readNumber(int bytes) throws IOException {
            long number = 0;
            for (int i = 0; i < bytes; i++) {
                number |= (long) next() << (Byte.SIZE * i);
            }
            return number;
        }

        private int readLiteral(byte[] bytes, int from, int length) throws IOException {
            int read = in.read(bytes, from, (int) Math.min(length, literal));
            if (read < 0) {
                throw new EOFException();
            }
            for (int i = 0; i < read; i++) {
                keep(bytes[from + i]);
            }
            literal -= read;
            return read;
        }

        private int copy(byte[] bytes, int from, int length) {
            int count = Math.min(copy, length);
            for (int i = 0; i < count; i++) {
                byte value = window[(int) (made - offset) & (WINDOW - 1)];
                bytes[from + i] = value;
                keep(value);
            }
            copy -= count;
            return count;
        }

        private void keep(byte value) {
            window[(int) made & (WINDOW - 1)] = value;
            made++;
        }

        private int next() throws IOException {
            int value = in.read();
            if (value < 0) {
                throw new EOFException();
            }
            return value;
        }

        private static void require(boolean sound, String otherwise) throws DamagedException {
            if (!sound) {
                throw new DamagedException(otherwise);
            }
        }
    }
}
