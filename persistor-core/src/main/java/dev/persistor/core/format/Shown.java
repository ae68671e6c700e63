package dev.persistor.core.format;

import dev.persistor.core.log.SafeText;

/**
 * Formats a sender's value for an answer to that sender: in quotes, on one line, and cut where it is long.
 *
 * <p>Immutable.
 */
public final class Shown {

    private static final int LONGEST = 80;

    private Shown() {}

    /** Returns the text in quotes. */
    public static String text(String text) {
        boolean isLong = text.codePointCount(0, text.length()) > LONGEST;
        String shown = isLong ? text.substring(0, text.offsetByCodePoints(0, LONGEST)) : text;
        return "\"" + SafeText.line(shown) + (isLong ? "..." : "") + "\"";
    }
}
