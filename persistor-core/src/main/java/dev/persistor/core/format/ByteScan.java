package dev.persistor.core.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Looks for bytes, eight at a time. */
final class ByteScan {

    /** The first byte is the lowest of the number, whatever the machine. */
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long LOW_BITS = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final long NEWLINES = '\n' * LOW_BITS;

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
}
