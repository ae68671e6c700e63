package dev.persistor.core.compact;

import java.util.HexFormat;

/**
 * What a set of digests is, whatever the order in which they are added: their number, and their sum modulo 2<sup>128</sup>. Two sets
 * with an equal sum are the same but for a chance of 2<sup>-128</sup>; a digest that is added twice counts twice.
 *
 * <p>Not thread-safe.
 */
final class DigestSum {

    /** The number of bytes of a digest that are added. */
    static final int BYTES = 16;

    private static final int HEX_DIGITS = 16;

    private long count;
    private long high;
    private long low;

    /** Adds a digest of {@value #BYTES} bytes, in hexadecimal. */
    void add(String digest) {
        long before = low;
        low += HexFormat.fromHexDigitsToLong(digest, HEX_DIGITS, 2 * HEX_DIGITS);
        long carry = Long.compareUnsigned(low, before) < 0 ? 1 : 0;
        high += HexFormat.fromHexDigitsToLong(digest, 0, HEX_DIGITS) + carry;
        count++;
    }

    /** Returns how many digests were added. */
    long count() {
        return count;
    }

    /** Tells whether the same digests were added to both. */
    boolean isSameAs(DigestSum other) {
        return count == other.count && high == other.high && low == other.low;
    }

    /** Returns number and sum. */
    @Override
    public String toString() {
        return count + ":" + HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }
}
