package dev.persistor.core.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Percent-encoding in the manner of RFC 3986, section 2.1, over UTF-8, with a chosen set of characters that stand for
 * themselves.
 *
 * <p>It is injective over all Java strings: {@code %} itself is always encoded, and a lone surrogate, for which UTF-8 has
 * no bytes and the JDK's encoder writes {@code ?}, is written as the three bytes that UTF-8's scheme gives for its
 * number.
 *
 * <p>Immutable.
 */
public final class PercentEncoding {

    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private static final int ASCII = 128;

    private final boolean[] literal;

    private PercentEncoding(boolean[] literal) {
        this.literal = literal;
    }

    /**
     * Returns an encoding in which ASCII letters, digits and the given characters stand for themselves.
     *
     * @throws IllegalArgumentException if {@code others} has {@code %} or anything but visible ASCII
     */
    public static PercentEncoding keeping(String others) {
        boolean[] literal = new boolean[ASCII];
        Arrays.fill(literal, 'a', 'z' + 1, true);
        Arrays.fill(literal, 'A', 'Z' + 1, true);
        Arrays.fill(literal, '0', '9' + 1, true);
        for (int i = 0; i < others.length(); i++) {
            char c = others.charAt(i);
            if (c == '%' || c <= ' ' || c > '~') {
                throw new IllegalArgumentException("only visible ASCII other than % can stand for itself");
            }
            literal[c] = true;
        }
        return new PercentEncoding(literal);
    }

    /** Returns an encoding in which all visible ASCII but {@code %} stands for itself. */
    public static PercentEncoding keepingVisibleAscii() {
        boolean[] literal = new boolean[ASCII];
        Arrays.fill(literal, '!', '~' + 1, true);
        literal['%'] = false;
        return new PercentEncoding(literal);
    }

    /** Returns the text encoded: visible ASCII only. */
    public String encode(String text) {
        int plain = 0;
        while (plain < text.length() && isLiteral(text.charAt(plain))) {
            plain++;
        }
        if (plain == text.length()) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 16).append(text, 0, plain);
        for (int i = plain; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            i += Character.charCount(codePoint);
            if (isLiteral(codePoint)) {
                out.append((char) codePoint);
            } else {
                appendEncoded(out, codePoint);
            }
        }
        return out.toString();
    }

    private boolean isLiteral(int codePoint) {
        return codePoint < ASCII && literal[codePoint];
    }

    private static void appendEncoded(StringBuilder out, int codePoint) {
        if (codePoint < 0x80) {
            appendByte(out, codePoint);
        } else if (codePoint < 0x800) {
            appendByte(out, 0xC0 | (codePoint >> 6));
            appendContinuation(out, codePoint);
        } else if (codePoint < 0x10000) {
            appendByte(out, 0xE0 | (codePoint >> 12));
            appendContinuation(out, codePoint >> 6);
            appendContinuation(out, codePoint);
        } else {
            appendByte(out, 0xF0 | (codePoint >> 18));
            appendContinuation(out, codePoint >> 12);
            appendContinuation(out, codePoint >> 6);
            appendContinuation(out, codePoint);
        }
    }

    private static void appendContinuation(StringBuilder out, int bits) {
        appendByte(out, 0x80 | (bits & 0x3F));
    }

    private static void appendByte(StringBuilder out, int value) {
        out.append('%').append(HEX[(value >> 4) & 0xF]).append(HEX[value & 0xF]);
    }

    /**
     * Returns the text that {@link #encode} made this out of, or nothing when the text cannot come from it: a {@code %}
     * without two hexadecimal digits, or bytes that are no characters. Other programs write such texts.
     */
    public static Optional<String> decode(String encoded) {
        if (encoded.indexOf('%') < 0) {
            return Optional.of(encoded);
        }
        StringBuilder out = new StringBuilder(encoded.length());
        byte[] bytes = new byte[encoded.length() / 3 + 1];
        for (int i = 0; i < encoded.length(); ) {
            if (encoded.charAt(i) != '%') {
                out.append(encoded.charAt(i++));
                continue;
            }
            int count = 0;
            while (i < encoded.length() && encoded.charAt(i) == '%') {
                int value = byteAt(encoded, i + 1);
                if (value < 0) {
                    return Optional.empty();
                }
                bytes[count++] = (byte) value;
                i += 3;
            }
            if (!appendDecoded(out, bytes, count)) {
                return Optional.empty();
            }
        }
        return Optional.of(out.toString());
    }

    private static int byteAt(String text, int index) {
        if (index + 2 > text.length()) {
            return -1;
        }
        int high = Character.digit(text.charAt(index), 16);
        int low = Character.digit(text.charAt(index + 1), 16);
        return high < 0 || low < 0 ? -1 : (high << 4) | low;
    }

    private static boolean appendDecoded(StringBuilder out, byte[] bytes, int count) {
        for (int i = 0; i < count; ) {
            int first = bytes[i] & 0xFF;
            int length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 0;
            if (length == 0 || i + length > count) {
                return false;
            }
            int surrogate =
                    length == 3 ? ((first & 0x0F) << 12) | ((bytes[i + 1] & 0x3F) << 6) | (bytes[i + 2] & 0x3F) : 0;
            if (length == 3 && surrogate >= Character.MIN_SURROGATE && surrogate <= Character.MAX_SURROGATE) {
                out.append((char) surrogate);
            } else {
                String character = new String(bytes, i, length, StandardCharsets.UTF_8);
                if (character.indexOf('\uFFFD') >= 0 && !isReplacementCharacter(bytes, i, length)) {
                    return false;
                }
                out.append(character);
            }
            i += length;
        }
        return true;
    }

    private static boolean isReplacementCharacter(byte[] bytes, int index, int length) {
        return length == 3
                && bytes[index] == (byte) 0xEF
                && bytes[index + 1] == (byte) 0xBF
                && bytes[index + 2] == (byte) 0xBD;
    }
}
