package dev.persistor.core.archive;

import java.util.HexFormat;

/**
 * A set of 128-bit digests in some 24 bytes each, where objects would take five times as much: what tells whether one of
 * millions of messages was there before.
 *
 * <p>Not thread-safe.
 */
public final class DigestSet {

    private static final int FIRST_CAPACITY = 1 << 10;
    private static final int HEX_DIGITS = 32;

    /** Two numbers a digest; both zero where there is none. */
    private long[] table = new long[2 * FIRST_CAPACITY];

    private int size;
    private boolean hasZero;

    /** Makes an empty set. */
    public DigestSet() {}

    /**
     * Adds a digest.
     *
     * @param hex 32 hexadecimal digits
     * @return whether it was not there before
     * @throws IllegalArgumentException if it is no such digest
     */
    public boolean add(String hex) {
        long high = number(hex, 0);
        long low = number(hex, HEX_DIGITS / 2);
        if (high == 0 && low == 0) {
            boolean isNew = !hasZero;
            hasZero = true;
            return isNew;
        }
        if (3L * size >= table.length) {
            grow();
        }
        boolean isNew = put(table, high, low);
        size += isNew ? 1 : 0;
        return isNew;
    }

    /** Tells whether a digest is there. */
    public boolean contains(String hex) {
        long high = number(hex, 0);
        long low = number(hex, HEX_DIGITS / 2);
        if (high == 0 && low == 0) {
            return hasZero;
        }
        int slot = slot(table, high, low);
        return table[slot] == high && table[slot + 1] == low;
    }

    /** Returns how many digests there are. */
    public int size() {
        return size + (hasZero ? 1 : 0);
    }

    private static long number(String hex, int from) {
        if (hex.length() != HEX_DIGITS) {
            throw new IllegalArgumentException("a digest has 32 hexadecimal digits, and this has " + hex.length());
        }
        return HexFormat.fromHexDigitsToLong(hex, from, from + HEX_DIGITS / 2);
    }

    private void grow() {
        long[] larger = new long[2 * table.length];
        for (int i = 0; i < table.length; i += 2) {
            if (table[i] != 0 || table[i + 1] != 0) {
                put(larger, table[i], table[i + 1]);
            }
        }
        table = larger;
    }

    private static boolean put(long[] table, long high, long low) {
        int slot = slot(table, high, low);
        if (table[slot] == high && table[slot + 1] == low) {
            return false;
        }
        table[slot] = high;
        table[slot + 1] = low;
        return true;
    }

    /** Returns where a digest is, or would go. Digests are spread evenly already. */
    private static int slot(long[] table, long high, long low) {
        int mask = table.length / 2 - 1;
        int at = (int) (high ^ low) & mask;
        while ((table[2 * at] != 0 || table[2 * at + 1] != 0) && (table[2 * at] != high || table[2 * at + 1] != low)) {
            at = (at + 1) & mask;
        }
        return 2 * at;
    }
}
