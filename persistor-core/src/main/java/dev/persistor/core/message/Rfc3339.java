package dev.persistor.core.message;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the times of RFC 3339, which CloudEvents and Event Grid use, as section 5.6 defines them: {@code T} and {@code Z}
 * may be lower case, and a leap second is a valid time.
 *
 * <p>Java has no leap seconds. A leap second becomes the next second, as POSIX counts it. It is accepted only where one
 * can occur: at 23:59:60 UTC on the last day of a month.
 *
 * <p>Immutable.
 */
public final class Rfc3339 {

    private static final Pattern TIME = Pattern.compile(
            "(\\d{4}-\\d\\d-\\d\\d)[Tt](\\d\\d:\\d\\d):([0-5]\\d|60)"
                    + "(?:\\.(\\d{1,9})0*)?(?:[Zz]|([+-])([01]\\d|2[0-3]):([0-5]\\d))",
            Pattern.DOTALL);
    private static final int LEAP_SECOND = 60;
    private static final int NANO_DIGITS = 9;
    private static final int LAST_YEAR = 9999;

    private Rfc3339() {}

    /**
     * Reads a time.
     *
     * @param text a date, a time of at most nanoseconds, and {@code Z} or an offset, such as {@code 2026-01-31T02:10:00Z}
     * @throws DateTimeException if it is not such a time, or is not in the years 0000 to 9999 of UTC; the message says
     *     why
     */
    public static Instant parse(String text) {
        Matcher match = TIME.matcher(text);
        if (!match.matches()) {
            throw new DateTimeException("not a date, a time of at most nanoseconds, and Z or an offset");
        }
        OffsetDateTime minute = minute(match);
        int second = Integer.parseInt(match.group(3));
        if (second == LEAP_SECOND) {
            requireLeapSecond(minute);
        }
        OffsetDateTime time = minute.plusSeconds(second).plusNanos(nanos(match.group(4)));
        if (time.getYear() < 0 || time.getYear() > LAST_YEAR) {
            throw new DateTimeException("not in the years 0000 to 9999 of UTC");
        }
        return time.toInstant();
    }

    /** The offset is subtracted by hand: RFC 3339 allows 23:59, Java no more than 18:00. */
    private static OffsetDateTime minute(Matcher match) {
        return LocalDate.parse(match.group(1))
                .atTime(LocalTime.parse(match.group(2)))
                .atOffset(ZoneOffset.UTC)
                .minusMinutes(offsetMinutes(match));
    }

    private static int offsetMinutes(Matcher match) {
        if (match.group(5) == null) {
            return 0;
        }
        int minutes = Integer.parseInt(match.group(6)) * 60 + Integer.parseInt(match.group(7));
        return match.group(5).equals("-") ? -minutes : minutes;
    }

    private static long nanos(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits + "0".repeat(NANO_DIGITS - digits.length()));
    }

    private static void requireLeapSecond(OffsetDateTime minute) {
        boolean isLastMinute = minute.getHour() == 23 && minute.getMinute() == 59;
        if (!isLastMinute || minute.plusDays(1).getDayOfMonth() != 1) {
            throw new DateTimeException("second 60 exists only at 23:59 UTC on the last day of a month");
        }
    }
}
