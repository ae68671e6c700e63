package dev.persistor.standalone.cli;

import dev.persistor.core.log.SafeText;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** The text of results, for people. Thread-safe. */
public final class Text {

    private static final int LABEL_WIDTH = 26;
    private static final int SHOWN = 20;

    private Text() {}

    /** Returns what a sender wrote, with what could move the cursor or break the line written as {@code \}{@code uXXXX}. */
    public static String safe(String text) {
        return SafeText.line(text);
    }

    /** Returns the first characters of a text, and an ellipsis if it has more than so many. No character is cut in two. */
    public static String shortened(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
        return text.substring(0, end) + "…";
    }

    /** Returns a number with a comma at each thousand. */
    public static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** Returns a number of things. */
    public static String count(long number, String thing) {
        return number(number) + " " + thing + (number == 1 ? "" : "s");
    }

    /** Returns a span such as {@code 1h30m}. */
    public static String span(Duration span) {
        StringBuilder text = new StringBuilder();
        append(text, span.toDays(), "d");
        append(text, span.toHoursPart(), "h");
        append(text, span.toMinutesPart(), "m");
        append(text, span.toSecondsPart(), "s");
        return text.isEmpty() ? "0s" : text.toString();
    }

    private static void append(StringBuilder text, long amount, String unit) {
        if (amount > 0) {
            text.append(amount).append(unit);
        }
    }

    /** Prints a number with its label. */
    public static void row(PrintWriter out, String label, long number) {
        out.println(String.format(Locale.ROOT, "%-" + LABEL_WIDTH + "s%,14d", label, number));
    }

    /** Prints a text with its label. */
    public static void row(PrintWriter out, String label, String text) {
        out.println(String.format(Locale.ROOT, "%-" + LABEL_WIDTH + "s%s", label, text));
    }

    /** Prints how many there are, and the first of them. */
    public static <T> void rows(PrintWriter out, String label, long count, List<T> cases, Function<T, String> text) {
        row(out, label, count);
        cases.stream().limit(SHOWN).forEach(one -> out.println("  " + safe(text.apply(one))));
        if (count > SHOWN && !cases.isEmpty()) {
            out.println("  and " + number(count - Math.min(SHOWN, cases.size())) + " more; use --json to list "
                    + (count > cases.size() ? "the first " + number(cases.size()) : "all"));
        }
    }
}
