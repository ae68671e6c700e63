package dev.persistor.standalone.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A time as typed on the command line.
 *
 * <p>Immutable.
 *
 * @param text what was typed
 * @param fixed the time, unless it is counted from now
 * @param ago how long before now it is, if it is counted from now
 * @param isZoneless whether it says no zone
 */
public record TimeText(String text, Optional<Instant> fixed, Duration ago, boolean isZoneless) {

    /** The allowed forms of times, for help texts. */
    public static final String ALLOWED =
            "2026-01-31T07:15:00Z, 2026-01-31T08:15+01:00, 2026-01-31T07:15 (taken as UTC),"
                    + " 2026-01-31 (the start of that day in UTC), '2h ago' (of s, m, h, d) or now";

    private static final Pattern AGO = Pattern.compile("((?:\\d{1,6}[smhd])+) +ago");
    private static final Pattern AMOUNT = Pattern.compile("(\\d+)([smhd])");

    /** Reads a time; nothing if it is none. */
    public static Optional<TimeText> parse(String text) {
        String stripped = text.strip();
        if (stripped.equals("now")) {
            return Optional.of(new TimeText(text, Optional.empty(), Duration.ZERO, false));
        }
        Matcher ago = AGO.matcher(stripped);
        if (ago.matches()) {
            return Optional.of(new TimeText(text, Optional.empty(), sum(ago.group(1)), false));
        }
        return parseFixed(text, stripped);
    }

    private static Duration sum(String amounts) {
        Duration sum = Duration.ZERO;
        for (Matcher amount = AMOUNT.matcher(amounts); amount.find(); ) {
            sum = sum.plus(duration(Long.parseLong(amount.group(1)), amount.group(2)));
        }
        return sum;
    }

    private static Duration duration(long amount, String unit) {
        return switch (unit) {
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    /** Reads a span such as {@code 5m} or {@code 1h30m}; nothing if it is none. */
    public static Optional<Duration> span(String text) {
        return text.matches("(\\d{1,6}[smhd])+") ? Optional.of(sum(text)) : Optional.empty();
    }

    private static Optional<TimeText> parseFixed(String text, String stripped) {
        try {
            TemporalAccessor time = DateTimeFormatter.ISO_DATE_TIME
                    .withLocale(Locale.ROOT)
                    .parseBest(stripped, OffsetDateTime::from, LocalDateTime::from);
            return time instanceof OffsetDateTime offset
                    ? Optional.of(fixed(text, offset.toInstant(), false))
                    : Optional.of(fixed(text, LocalDateTime.from(time).toInstant(ZoneOffset.UTC), true));
        } catch (DateTimeParseException e) {
            return parseDay(text, stripped);
        }
    }

    private static Optional<TimeText> parseDay(String text, String stripped) {
        try {
            return Optional.of(fixed(
                    text, LocalDate.parse(stripped).atStartOfDay(ZoneOffset.UTC).toInstant(), true));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static TimeText fixed(String text, Instant instant, boolean isZoneless) {
        return new TimeText(text, Optional.of(instant), Duration.ZERO, isZoneless);
    }

    /** Returns the time, if it is now so late. */
    public Instant at(Instant now) {
        return fixed.orElseGet(() -> now.minus(ago));
    }

    /** Tells whether it is another time whenever it is asked. */
    public boolean isRelative() {
        return fixed.isEmpty();
    }

    /** For the options. */
    public static final class Converter implements ITypeConverter<TimeText> {
        /** For picocli. */
        public Converter() {}

        @Override
        public TimeText convert(String value) {
            return parse(value)
                    .orElseThrow(() -> new TypeConversionException("'" + value + "' is not valid; use " + ALLOWED));
        }
    }
}
