package dev.persistor.core.format.jsonl;

/** The rules of well-formed UTF-8 (Unicode 15, table 3-7), and of texts that become UTF-8. */
final class Utf8 {

    private Utf8() {}

    /** Tells whether a text has no lone surrogate, for which UTF-8 has no bytes. */
    static boolean isWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (Character.isSurrogate(unit)) {
                if (Character.isLowSurrogate(unit)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    /** Tells whether the array's first bytes are UTF-8, each character in its only form. */
    static boolean isValid(byte[] bytes, int length) {
        int i = ByteScan.indexBeyondAscii(bytes, 0, length);
        while (i < length) {
            i = endOfCharacter(bytes, i, length);
            if (i < 0) {
                return false;
            }
            i = ByteScan.indexBeyondAscii(bytes, i, length);
        }
        return true;
    }

    /** Returns the end of the non-ASCII character that begins here, or -1 if none begins here. */
    private static int endOfCharacter(byte[] bytes, int at, int length) {
        int first = bytes[at] & 0xFF;
        int size = first < 0xC2 || first > 0xF4 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        int end = at + size;
        if (size == 0 || end > length || !isSecond(first, bytes[at + 1] & 0xFF)) {
            return -1;
        }
        for (int i = at + 2; i < end; i++) {
            if (!isContinuation(bytes[i])) {
                return -1;
            }
        }
        return end;
    }

    /** Returns whether the byte may follow the first one: some first bytes allow fewer. */
    private static boolean isSecond(int first, int second) {
        return switch (first) {
            case 0xE0 -> second >= 0xA0 && second <= 0xBF;
            case 0xED -> second >= 0x80 && second <= 0x9F;
            case 0xF0 -> second >= 0x90 && second <= 0xBF;
            case 0xF4 -> second >= 0x80 && second <= 0x8F;
            default -> second >= 0x80 && second <= 0xBF;
        };
    }

    private static boolean isContinuation(byte value) {
        return (value & 0xC0) == 0x80;
    }
}
