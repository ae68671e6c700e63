package dev.persistor.core.format.jsonl;

import java.io.CharConversionException;
import java.io.Writer;
import java.util.Arrays;

/** Makes UTF-8 of a text that comes in pieces, and refuses what has none. Not thread-safe. */
final class Utf8Writer extends Writer {

    private static final int MOST_BYTES_OF_A_CHAR = 3;

    private static final int LEAST = 8 * 1024;
    private static final int KEPT = 1024 * 1024;
    private static final int MOST = Integer.MAX_VALUE - 64;

    private byte[] bytes = new byte[LEAST];
    private int size;
    private char high;

    /**
     * Forgets what was written, and makes room for a text of so many characters. Room for an exceptional text is made at
     * once, and given back afterwards.
     */
    void reset(int characters) {
        if (bytes.length > KEPT || characters > bytes.length) {
            long room = characters + characters / 4L;
            bytes = new byte[(int) Math.max(LEAST, Math.min(room, MOST))];
        }
        size = 0;
        high = 0;
    }

    /** Returns the bytes of what was written, in an array of the caller's own. */
    byte[] toBytes() throws CharConversionException {
        require(high == 0);
        return Arrays.copyOf(bytes, size);
    }

    @Override
    public void write(char[] text, int offset, int length) throws CharConversionException {
        ensureRoom(length);
        int end = offset + length;
        int i = offset;
        while (i < end) {
            i = writeAscii(text, i, end);
            if (i < end) {
                writeOne(text[i++]);
            }
        }
    }

    private int writeAscii(char[] text, int from, int end) {
        if (high != 0) {
            return from;
        }
        byte[] to = bytes;
        int at = size;
        int i = from;
        while (i < end && text[i] < 0x80) {
            to[at++] = (byte) text[i++];
        }
        size = at;
        return i;
    }

    private void ensureRoom(int length) {
        long needed = size + (long) MOST_BYTES_OF_A_CHAR * (length + 1);
        if (needed > bytes.length) {
            long grown = Math.max(needed, 2L * bytes.length);
            bytes = Arrays.copyOf(bytes, (int) Math.min(grown, MOST));
        }
    }

    private void writeOne(char unit) throws CharConversionException {
        if (high != 0) {
            require(Character.isLowSurrogate(unit));
            int point = Character.toCodePoint(high, unit);
            high = 0;
            put(0xF0 | point >> 18);
            putNext(point >> 12);
            putNext(point >> 6);
            putNext(point);
        } else if (unit < 0x80) {
            put(unit);
        } else if (unit < 0x800) {
            put(0xC0 | unit >> 6);
            putNext(unit);
        } else if (Character.isSurrogate(unit)) {
            require(Character.isHighSurrogate(unit));
            high = unit;
        } else {
            put(0xE0 | unit >> 12);
            putNext(unit >> 6);
            putNext(unit);
        }
    }

    private void putNext(int bits) {
        put(0x80 | (bits & 0x3F));
    }

    private void put(int value) {
        bytes[size++] = (byte) value;
    }

    private static void require(boolean wellFormed) throws CharConversionException {
        if (!wellFormed) {
            throw new CharConversionException("the text has a lone surrogate, which UTF-8 cannot encode");
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
