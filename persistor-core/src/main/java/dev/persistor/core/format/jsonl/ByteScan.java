package dev.persistor.core.format.jsonl;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Looks for bytes and copies them, eight at a time. */
final class ByteScan {

    /** The first byte is the lowest of the number, whatever the machine. */
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** The number of bytes that {@link #specials} examines. */
    static final int BLOCK = Long.SIZE;

    /** The minimum number of bytes that {@link #copy} copies. */
    static final int FEW = 2 * Long.BYTES;

    private static final long LOW_BITS = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final long NEWLINES = '\n' * LOW_BITS;
    private static final long QUOTES = '"' * LOW_BITS;
    private static final long BACKSLASHES = '\\' * LOW_BITS;
    private static final long SPACES = ' ' * LOW_BITS;
    /** Bits that no control character has. */
    private static final long NO_CONTROLS = 0xE0E0_E0E0_E0E0_E0E0L;
    /** Times this, the lowest bits of eight bytes stand side by side in the highest byte, the first byte's lowest. */
    private static final long GATHER = 0x0102_0408_1020_4080L;

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

    /** Returns a bit for each of {@link #BLOCK} bytes, the first the lowest: whether it is a quote, a backslash or a control character. */
    static long specials(byte[] bytes, int from) {
        long specials = 0;
        for (int i = 0; i < BLOCK; i += Long.BYTES) {
            long eight = (long) LONGS.get(bytes, from + i);
            long others = nonZeros(eight ^ QUOTES) & nonZeros(eight ^ BACKSLASHES) & nonZeros(eight & NO_CONTROLS);
            long found = (~others & HIGH_BITS) >>> 7;
            specials |= ((found * GATHER) >>> 56) << i;
        }
        return specials;
    }

    /** Sets the highest bit of each byte that is not zero, and of no other. */
    private static long nonZeros(long eight) {
        return ((eight & ~HIGH_BITS) + ~HIGH_BITS) | eight;
    }

    /** Copies so many bytes and, where they are few, some of those behind them: both arrays have {@link #FEW} from there at least. */
    static void copy(byte[] from, int at, byte[] to, int toAt, int count) {
        LONGS.set(to, toAt, (long) LONGS.get(from, at));
        LONGS.set(to, toAt + Long.BYTES, (long) LONGS.get(from, at + Long.BYTES));
        if (count > FEW) {
            System.arraycopy(from, at + FEW, to, toAt + FEW, count - FEW);
        }
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
