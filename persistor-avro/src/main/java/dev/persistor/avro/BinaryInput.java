package dev.persistor.avro;

import dev.persistor.core.format.ReadContext;
import dev.persistor.core.format.ReadLimit;
import dev.persistor.core.format.ReadLimitException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the primitive types of Avro's binary encoding. Unlike Avro's own decoder it makes no room for more bytes than
 * come, whatever a damaged length says, and counts them. Not thread-safe.
 */
final class BinaryInput {

    private static final int FIRST_ROOM = 1024 * 1024;
    private static final byte[] NONE = {};
    private static final int BITS_OF_A_LONG = 64;
    private static final int BITS_A_BYTE = 7;

    private final byte[] buffer;
    private final ReadContext context;
    private final ReadLimit whole;
    private final long mostBytes;
    private final int mostEntries;
    private InputStream in;
    private int next;
    private int end;
    private long fetched;
    private long recordStart;
    private int entries;
    private @Nullable ReadLimitException excess;

    /**
     * Begins to read.
     *
     * @param buffer how many bytes to fetch at a time; larger reads bypass the buffer
     * @param whole the limit of all bytes of a record
     */
    BinaryInput(InputStream in, int buffer, ReadContext context, ReadLimit whole) {
        this.in = in;
        this.buffer = new byte[buffer];
        this.context = context;
        this.whole = whole;
        this.mostBytes = context.limits().of(whole);
        this.mostEntries = context.limits().count(ReadLimit.ATTRIBUTES);
    }

    /** Begins a record, whose bytes and entries of maps are limited. */
    void beginRecord() {
        recordStart = position();
        entries = 0;
        excess = null;
    }

    /**
     * Returns what is beyond a limit in the record, or null. What is beyond it was passed over, so that the next record can be read.
     */
    @Nullable
    ReadLimitException excess() {
        return excess;
    }

    private void exceed(ReadLimit limit) {
        if (excess == null) {
            excess = context.limits().exceeded(limit);
        }
    }

    /** Goes on with another stream. */
    void reset(InputStream stream) {
        in = stream;
        next = 0;
        end = 0;
        fetched = 0;
        beginRecord();
    }

    /** Returns how many bytes the user of this stream has read. */
    long position() {
        return fetched - (end - next);
    }

    /** Tells whether there are no more bytes. */
    boolean ended() throws IOException {
        return isEmpty() && !fetch();
    }

    /** Tells whether all that was fetched has been read. */
    boolean isEmpty() {
        return next == end;
    }

    /** Fetches some bytes into the empty buffer; false when there are none left. */
    private boolean fetch() throws IOException {
        int read = in.read(buffer, 0, buffer.length);
        next = 0;
        end = Math.max(read, 0);
        fetched += end;
        return read >= 0;
    }

    /** Reads at least one byte, unless the stream has ended, into the array; returns how many, or -1. */
    int read(byte[] bytes, int offset, int length) throws IOException {
        if (isEmpty() && length >= buffer.length) {
            int read = in.read(bytes, offset, length);
            fetched += Math.max(read, 0);
            return read;
        }
        if (ended()) {
            return -1;
        }
        int read = Math.min(length, end - next);
        System.arraycopy(buffer, next, bytes, offset, read);
        next += read;
        return read;
    }

    private byte readByte() throws IOException {
        if (ended()) {
            throw new EOFException();
        }
        return buffer[next++];
    }

    boolean readBoolean() throws IOException {
        return readByte() != 0;
    }

    long readLong() throws IOException {
        long value = 0;
        for (int shift = 0; shift < BITS_OF_A_LONG; shift += BITS_A_BYTE) {
            byte b = readByte();
            value |= (b & 0x7FL) << shift;
            if (b >= 0) {
                return (value >>> 1) ^ -(value & 1);
            }
        }
        throw new DamagedException("it has a number with too many bytes");
    }

    float readFloat() throws IOException {
        return Float.intBitsToFloat((int) readFixed(Float.BYTES));
    }

    double readDouble() throws IOException {
        return Double.longBitsToDouble(readFixed(Double.BYTES));
    }

    private long readFixed(int bytes) throws IOException {
        long bits = 0;
        for (int i = 0; i < bytes; i++) {
            bits |= (readByte() & 0xFFL) << (Byte.SIZE * i);
        }
        return bits;
    }

    String readString() throws IOException {
        long length = readLength();
        if (length <= end - next) {
            next += (int) length;
            return new String(buffer, next - (int) length, (int) length, StandardCharsets.UTF_8);
        }
        return new String(readLimited(length), StandardCharsets.UTF_8);
    }

    byte[] readBytes() throws IOException {
        return readLimited(readLength());
    }

    /** Reads bytes; where payloads are not of interest, passes over them and returns none. */
    byte[] readPayload() throws IOException {
        if (context.needsPayloads()) {
            return readBytes();
        }
        skip(readLength());
        return NONE;
    }

    private long readLength() throws IOException {
        long length = readLong();
        if (length < 0) {
            throw new DamagedException("it has a length of " + length);
        }
        return length;
    }

    /** Returns that many bytes, or none if the record has more than it may: then they are passed over. */
    private byte[] readLimited(long length) throws IOException {
        long all = position() - recordStart + length;
        if (all > mostBytes || all < 0) {
            exceed(whole);
        }
        if (excess != null) {
            skip(length);
            return NONE;
        }
        if (all > ReadContext.LARGE) {
            context.beforeLarge();
        }
        return readBytes((int) length);
    }

    /** Returns that many bytes, in an array of the caller's own. */
    byte[] readBytes(int length) throws IOException {
        byte[] bytes = new byte[Math.min(length, FIRST_ROOM)];
        int filled = fill(bytes, 0);
        while (filled < length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * bytes.length));
            filled = fill(bytes, filled);
        }
        return bytes;
    }

    private int fill(byte[] bytes, int from) throws IOException {
        int filled = from;
        while (filled < bytes.length) {
            int read = read(bytes, filled, bytes.length - filled);
            if (read < 0) {
                throw new EOFException();
            }
            filled += read;
        }
        return filled;
    }

    void skip(long count) throws IOException {
        long left = count;
        while (left > 0) {
            if (ended()) {
                throw new EOFException();
            }
            int skipped = (int) Math.min(left, end - next);
            next += skipped;
            left -= skipped;
        }
    }

    /** Passes over all bytes up to and with those, or all that there are. */
    void skipPast(byte[] marker) throws IOException {
        int[] borders = borders(marker);
        int matched = 0;
        while (matched < marker.length && !ended()) {
            byte value = buffer[next++];
            while (matched > 0 && value != marker[matched]) {
                matched = borders[matched];
            }
            matched += value == marker[matched] ? 1 : 0;
        }
    }

    /** Returns with how much of the marker's beginning each of its beginnings ends (Knuth, Morris and Pratt). */
    private static int[] borders(byte[] marker) {
        int[] borders = new int[marker.length + 1];
        for (int i = 1; i < marker.length; i++) {
            int border = borders[i];
            while (border > 0 && marker[border] != marker[i]) {
                border = borders[border];
            }
            borders[i + 1] = marker[border] == marker[i] ? border + 1 : 0;
        }
        return borders;
    }

    /** Reads what says how many entries of a map follow; 0 after the last. */
    long readEntries() throws IOException {
        long count = readLong();
        if (count < 0) {
            // So a writer says that it tells next how many bytes they have.
            readLong();
        }
        if (count == Long.MIN_VALUE) {
            throw new DamagedException("it has a map of " + count + " entries");
        }
        return Math.abs(count);
    }

    /** Tells whether the record may have one more entry; others are read and not kept. */
    boolean keepsEntry() {
        if (++entries > mostEntries) {
            entries = mostEntries;
            exceed(ReadLimit.ATTRIBUTES);
        }
        return excess == null;
    }
}
