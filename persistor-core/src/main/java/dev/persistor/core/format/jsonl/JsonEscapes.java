package dev.persistor.core.format.jsonl;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Makes JSON texts of UTF-8, byte for byte as Jackson does: most of a message is its payload, so that most of the time of writing
 * messages is spent here. All that is to be escaped in a block is found before any of it is looked at, since a processor cannot
 * foresee where the next one is.
 *
 * <p>Not thread-safe.
 */
final class JsonEscapes {

    /** The number of bytes after the UTF-8 that are read and ignored. */
    static final int READ_BEHIND = ByteScan.BLOCK + ByteScan.FEW;

    private static final int LONGEST_ESCAPE = 6;
    private static final int MOST_OF_A_BLOCK = ByteScan.BLOCK * LONGEST_ESCAPE + ByteScan.FEW;
    private static final byte[] DIGITS = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    /** The escape character of a byte; 0 if it needs digits. */
    private static final byte[] LETTERS = new byte[128];

    static {
        String meanings = "\"\\\b\f\n\r\t";
        String letters = "\"\\bfnrt";
        for (int i = 0; i < letters.length(); i++) {
            LETTERS[meanings.charAt(i)] = (byte) letters.charAt(i);
        }
    }

    private byte[] bytes = new byte[8 * 1024];

    /** Returns the text that was made last, from the array's beginning; the next one is made in the same array. */
    byte[] bytes() {
        return bytes;
    }

    /**
     * Makes what is between the quotes.
     *
     * @param utf8 has {@link #READ_BEHIND} bytes more
     * @return how many bytes that is
     */
    int escape(byte[] utf8, int size) {
        int toAt = 0;
        for (int i = 0; i < size; i += ByteScan.BLOCK) {
            if (bytes.length - toAt < MOST_OF_A_BLOCK) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, toAt + MOST_OF_A_BLOCK));
            }
            toAt = escapeBlock(utf8, i, Math.min(i + ByteScan.BLOCK, size), toAt);
        }
        return toAt;
    }

    private int escapeBlock(byte[] utf8, int from, int end, int at) {
        byte[] to = bytes;
        int toAt = at;
        int copied = from;
        // What is behind the end is shifted out.
        int behind = ByteScan.BLOCK - (end - from);
        long specials = (ByteScan.specials(utf8, from) << behind) >>> behind;
        for (; specials != 0; specials &= specials - 1) {
            int special = from + Long.numberOfTrailingZeros(specials);
            ByteScan.copy(utf8, copied, to, toAt, special - copied);
            toAt = appendEscape(utf8[special], to, toAt + special - copied);
            copied = special + 1;
        }
        ByteScan.copy(utf8, copied, to, toAt, end - copied);
        return toAt + end - copied;
    }

    private static int appendEscape(byte escaped, byte[] to, int at) {
        to[at] = '\\';
        byte letter = LETTERS[escaped];
        if (letter != 0) {
            to[at + 1] = letter;
            return at + 2;
        }
        to[at + 1] = 'u';
        to[at + 2] = '0';
        to[at + 3] = '0';
        to[at + 4] = DIGITS[escaped >> 4];
        to[at + 5] = DIGITS[escaped & 0xF];
        return at + LONGEST_ESCAPE;
    }
}
