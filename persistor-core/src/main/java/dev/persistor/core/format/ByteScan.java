package dev.persistor.core.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Looks for bytes and copies them, eight at a time. */
final class ByteScan {

    /** The first byte is the lowest of the number, whatever the machine. */
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long LOW_BITS = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final long NEWLINES = '\n' * LOW_BITS;
    private static final long QUOTES = '"' * LOW_BITS;
    private static final long BACKSLASHES = '\\' * LOW_BITS;
    private static final long SPACES = ' ' * LOW_BITS;

    private ByteScan() {}

    /** Returns where the first byte beyond ASCII is, or the end. */
    static int indexBeyondAscii(byte[] bytes, int from, int end) {
        int i = from;
        for (; i + Long.BYTES <= end; i += Long.BYTES) {
            long beyond = (long) LONGS.get(bytes, i) & HIGH_BITS;
            if (beyond != 0) {
                return i + Long.numberOfTrailingZeros(beyond) / Byte.SIZE;
            }
        }
        while (i < end && bytes[i] >= 0) {
            i++;
        }
        return i;
    }

    /** Returns where the first newline is, or the end. */
    static int indexOfNewline(byte[] bytes, int from, int end) {
        int i = from;
        for (; i + Long.BYTES <= end; i += Long.BYTES) {
            long zero = (long) LONGS.get(bytes, i) ^ NEWLINES;
            // Borrows from the byte above it only where a byte is zero, so the lowest bit that is set is right.
            long newlines = zero - LOW_BITS & ~zero & HIGH_BITS;
            if (newlines != 0) {
                return i + Long.numberOfTrailingZeros(newlines) / Byte.SIZE;
            }
        }
        while (i < end && bytes[i] != '\n') {
            i++;
        }
        return i;
    }

    /**
     * Copies what a JSON text holds unescaped, up to the first quote, backslash or control character, or to the end. The target
     * has room for all up to the end.
     *
     * @return how many bytes that are; those behind them in the target may change, too
     */
    static int copyUnescaped(byte[] from, int at, int end, byte[] to, int toAt) {
        int i = at;
        for (int j = toAt; i + Long.BYTES <= end; i += Long.BYTES, j += Long.BYTES) {
            long eight = (long) LONGS.get(from, i);
            LONGS.set(to, j, eight);
            long special = special(eight);
            if (special != 0) {
                return i - at + Long.numberOfTrailingZeros(special) / Byte.SIZE;
            }
        }
        while (i < end && !isSpecial(from[i])) {
            to[toAt + i - at] = from[i];
            i++;
        }
        return i - at;
    }

    /** Returns where a JSON text has the first quote, backslash, control character or byte beyond ASCII, or the end. */
    static int indexOfSpecialOrBeyondAscii(byte[] bytes, int from, int end) {
        int i = from;
        for (; i + Long.BYTES <= end; i += Long.BYTES) {
            long eight = (long) LONGS.get(bytes, i);
            long found = special(eight) | (eight & HIGH_BITS);
            if (found != 0) {
                return i + Long.numberOfTrailingZeros(found) / Byte.SIZE;
            }
        }
        while (i < end && bytes[i] >= 0 && !isSpecial(bytes[i])) {
            i++;
        }
        return i;
    }

    /** The lowest bit that is set is in the first quote, backslash or control character; borrows may set higher ones. */
    private static long special(long eight) {
        long quotes = eight ^ QUOTES;
        long backslashes = eight ^ BACKSLASHES;
        return ((quotes - LOW_BITS & ~quotes) | (backslashes - LOW_BITS & ~backslashes) | (eight - SPACES & ~eight))
                & HIGH_BITS;
    }

    private static boolean isSpecial(byte value) {
        return value == '"' || value == '\\' || (value >= 0 && value < ' ');
    }
}
