package dev.persistor.core.format;

/**
 * How a value that a sender chose is shown in a message for that sender: in quotes, on one line, and cut where it is long.
 *
 * <p>Immutable.
 */
public final class Shown {

    private static final int LONGEST = 80;

    private Shown() {}

    /** Returns the text in quotes. */
    public static String text(String text) {
        StringBuilder shown = new StringBuilder("\"");
        text.codePoints().limit(LONGEST).forEach(point -> append(shown, point));
        return shown.append(text.codePointCount(0, text.length()) > LONGEST ? "..." : "")
                .append('"')
                .toString();
    }

    private static void append(StringBuilder shown, int point) {
        int type = Character.getType(point);
        boolean isVisible = type != Character.CONTROL
                && type != Character.FORMAT
                && type != Character.SURROGATE
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR;
        if (isVisible) {
            shown.appendCodePoint(point);
        } else {
            shown.append(String.format("\\u%04x", point));
        }
    }
}
