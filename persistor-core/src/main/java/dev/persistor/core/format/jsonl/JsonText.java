package dev.persistor.core.format.jsonl;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Makes UTF-8 of one JSON text after the other, eight bytes at a time where nothing is escaped. Most of a message is its payload, so
 * that most of the time of reading messages is spent here.
 *
 * <p>Not thread-safe.
 */
final class JsonText {

    /** The result of {@link #unescape} for invalid JSON text. */
    static final int NONE = -1;

    private static final int LEAST_ROOM = 8 * 1024;
    private static final int LONGEST_ESCAPE = 6;

    /** The character of an escape letter; 0 for an invalid letter, or one followed by digits. */
    private static final byte[] MEANT = new byte[256];

    static {
        String letters = "\"\\/bfnrt";
        String meanings = "\"\\/\b\f\n\r\t";
        for (int i = 0; i < letters.length(); i++) {
            MEANT[letters.charAt(i)] = (byte) meanings.charAt(i);
        }
    }

    private byte[] bytes = new byte[LEAST_ROOM];
    private int size;

    /** Returns the text that was made last, from the array's beginning to {@link #size}; the next one is made in the same array. */
    byte[] bytes() {
        return bytes;
    }

    /** Returns how many bytes the text that was made last has. */
    int size() {
        return size;
    }

    /**
     * Finds the end of a text. Escapes are passed over and not checked.
     *
     * @param at where the text begins, behind its opening quote
     * @return where its closing quote is; {@link #NONE} if there is none, or if a control character comes before it
     */
    static int closingQuote(byte[] json, int at, int end) {
        int i = at;
        while (end - i >= ByteScan.BLOCK) {
            long specials = ByteScan.specials(json, i);
            int next = i + ByteScan.BLOCK;
            while (specials != 0) {
                int special = i + Long.numberOfTrailingZeros(specials);
                if (json[special] != '\\') {
                    return json[special] == '"' ? special : NONE;
                }
                next = Math.max(next, special + 2);
                specials = afterEscape(specials, special - i);
            }
            i = next;
        }
        return closingQuoteOfFew(json, i, end);
    }

    private static int closingQuoteOfFew(byte[] json, int at, int end) {
        int i = at;
        while (i < end && json[i] != '"') {
            if (json[i] >= 0 && json[i] < ' ') {
                return NONE;
            }
            i += json[i] == '\\' ? 2 : 1;
        }
        return i < end ? i : NONE;
    }

    /** Clears the bits up to a backslash and the bit of the byte that it escapes. A shift by all 64 bits would shift by none. */
    private static long afterEscape(long specials, int backslash) {
        return specials & (-1L << backslash) << 1 << 1;
    }

    /**
     * Makes UTF-8 of what is between the quotes.
     *
     * @param at where the text begins, behind its opening quote
     * @return where its closing quote is, or {@link #NONE}: also for a lone surrogate, for which UTF-8 has no bytes
     */
    int unescape(byte[] json, int at, int end) {
        size = 0;
        ensureRoom(end - at);
        int i = at;
        while (true) {
            int unescaped = ByteScan.copyUnescaped(json, i, end, bytes, size);
            i += unescaped;
            size += unescaped;
            if (i == end) {
                return NONE;
            }
            if (json[i] == '"') {
                return Utf8.isValid(bytes, size) ? i : NONE;
            }
            int escapeEnd = unescapeOne(json, i, end);
            if (escapeEnd == NONE) {
                return NONE;
            }
            i = unescapeBlocks(json, escapeEnd, end);
        }
    }

    /**
     * Goes on where something is escaped, and so much else may be, such as the quotes of JSON in JSON: by blocks in which all that is
     * special is found before any of it is looked at, since a processor cannot foresee where the next one is.
     *
     * @return where what follows is no block, or special and no letter behind a backslash
     */
    private int unescapeBlocks(byte[] json, int at, int end) {
        byte[] to = bytes;
        int toAt = size;
        int i = at;
        while (end - i > ByteScan.BLOCK + ByteScan.FEW) {
            long specials = ByteScan.specials(json, i);
            int copied = i;
            while (specials != 0) {
                int special = i + Long.numberOfTrailingZeros(specials);
                ByteScan.copy(json, copied, to, toAt, special - copied);
                toAt += special - copied;
                byte meant = json[special] == '\\' ? MEANT[json[special + 1] & 0xFF] : 0;
                if (meant == 0) {
                    size = toAt;
                    return special;
                }
                to[toAt++] = meant;
                copied = special + 2;
                specials = afterEscape(specials, special - i);
            }
            int blockEnd = Math.max(copied, i + ByteScan.BLOCK);
            ByteScan.copy(json, copied, to, toAt, blockEnd - copied);
            toAt += blockEnd - copied;
            i = blockEnd;
        }
        size = toAt;
        return i;
    }

    /** Appends what the escape that begins here stands for, and returns where it ends. */
    private int unescapeOne(byte[] json, int at, int end) {
        if (json[at] != '\\' || at + 1 == end) {
            return NONE;
        }
        byte letter = json[at + 1];
        if (letter == 'u') {
            return unescapeUnicode(json, at, end);
        }
        byte meant = MEANT[letter & 0xFF];
        if (meant == 0) {
            return NONE;
        }
        bytes[size++] = meant;
        return at + 2;
    }

    private int unescapeUnicode(byte[] json, int at, int end) {
        int first = unit(json, at, end);
        int escapeEnd = at + LONGEST_ESCAPE;
        if (first == NONE || Character.isLowSurrogate((char) first)) {
            return NONE;
        }
        if (!Character.isHighSurrogate((char) first)) {
            append(first);
            return escapeEnd;
        }
        int second = unit(json, escapeEnd, end);
        if (second == NONE || !Character.isLowSurrogate((char) second)) {
            return NONE;
        }
        append(Character.toCodePoint((char) first, (char) second));
        return escapeEnd + LONGEST_ESCAPE;
    }

    /** The sixteen bits that the escape which begins here stands for. */
    private static int unit(byte[] json, int at, int end) {
        if (end - at < LONGEST_ESCAPE || json[at] != '\\' || json[at + 1] != 'u') {
            return NONE;
        }
        int unit = 0;
        for (int i = at + "\\u".length(); i < at + LONGEST_ESCAPE; i++) {
            if (!HexFormat.isHexDigit(json[i])) {
                return NONE;
            }
            unit = unit * 16 + HexFormat.fromHexDigit(json[i]);
        }
        return unit;
    }

    private void append(int codePoint) {
        byte[] utf8 = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(utf8, 0, bytes, size, utf8.length);
        size += utf8.length;
    }

    /** Makes room for a text of so many bytes with its escapes, and for those that a copy may change behind it. */
    private void ensureRoom(int escaped) {
        if (bytes.length < escaped) {
            bytes = new byte[escaped + escaped / 4];
        }
    }
}
