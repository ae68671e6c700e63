package dev.persistor.core.config;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How settings' texts are read: durations like {@code 250ms}, sizes like {@code 8MiB}, and switches. What cannot be read is an
 * {@link IllegalArgumentException} that says why, as {@link Setting} wants it.
 *
 * <p>Immutable.
 */
public final class Values {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(b|kib|mib|gib)?");

    private Values() {}

    /** Reads a duration, such as {@code 250ms}, {@code 8s} or {@code 4m}. */
    public static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a duration");
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
    }

    /** Reads a duration of more than 0, such as {@code 250ms}. */
    public static Duration positiveDuration(String text) {
        Duration duration = duration(text);
        if (duration.isZero()) {
            throw new IllegalArgumentException("must be more than 0");
        }
        return duration;
    }

    /** Reads a whole number, 1 or more. */
    public static int positiveNumber(String text) {
        String digits = text.strip();
        if (!digits.matches("\\d{1,9}") || Integer.parseInt(digits) == 0) {
            throw new IllegalArgumentException("not a whole number from 1 to 999999999");
        }
        return Integer.parseInt(digits);
    }

    /** Reads a whole number from 1 to the most. */
    public static int numberUpTo(int most, String text) {
        int number = positiveNumber(text);
        if (number > most) {
            throw new IllegalArgumentException("it is too large");
        }
        return number;
    }

    /** Reads a size of more than 0, such as {@code 512KiB}, {@code 8MiB} or {@code 1048576}, in bytes. */
    public static long positiveSize(String text) {
        Matcher matcher = SIZE.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a size");
        }
        long amount = Long.parseLong(matcher.group(1));
        if (amount == 0) {
            throw new IllegalArgumentException("must be more than 0");
        }
        return switch (matcher.group(2) == null ? "b" : matcher.group(2)) {
            case "kib" -> amount << 10;
            case "mib" -> amount << 20;
            case "gib" -> amount << 30;
            default -> amount;
        };
    }

    /** Reads a switch: {@code true} or {@code false}. */
    public static boolean bool(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("not true or false");
        };
    }
}
