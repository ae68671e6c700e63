package dev.persistor.testkit.azure;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as the host writes and reads them: to 100 nanoseconds, a fraction of a second without zeros at its end. */
final class HostTimes {

    private static final int NANOS_A_TICK = 100;
    private static final Pattern DATE =
            Pattern.compile("(\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d{1,7})?)(Z|[+-]\\d{2}:\\d{2})?");

    private HostTimes() {}

    static LocalDateTime withoutZone(Instant time) {
        return LocalDateTime.ofInstant(time, ZoneOffset.UTC);
    }

    static String unspecified(LocalDateTime time) {
        return String.format(
                        "%04d-%02d-%02dT%02d:%02d:%02d",
                        time.getYear(),
                        time.getMonthValue(),
                        time.getDayOfMonth(),
                        time.getHour(),
                        time.getMinute(),
                        time.getSecond())
                + fraction(time.getNano()).replaceAll("\\.?0+$", "");
    }

    static String utc(Instant time) {
        return unspecified(withoutZone(time)) + "Z";
    }

    static String offset(OffsetDateTime time) {
        String offset = time.getOffset().equals(ZoneOffset.UTC)
                ? "+00:00"
                : time.getOffset().getId();
        return unspecified(time.toLocalDateTime()) + offset;
    }

    /** Writes {@code [-][d.]hh:mm:ss[.fffffff]}. */
    static String span(Duration duration) {
        Duration size = duration.abs();
        String days = size.toDays() == 0 ? "" : size.toDays() + ".";
        String time = String.format("%02d:%02d:%02d", size.toHoursPart(), size.toMinutesPart(), size.toSecondsPart());
        String fraction = size.toNanosPart() < NANOS_A_TICK ? "" : fraction(size.toNanosPart());
        return (duration.isNegative() ? "-" : "") + days + time + fraction;
    }

    private static String fraction(int nanos) {
        return String.format(".%07d", nanos / NANOS_A_TICK);
    }

    /**
     * Returns the time that the host takes a text for, or the text when it takes it for none. A time with an offset
     * becomes one of the host's own zone, which is UTC.
     */
    static Object parse(String text) {
        Matcher date = DATE.matcher(text);
        if (!date.matches()) {
            return text;
        }
        try {
            LocalDateTime time = LocalDateTime.parse(date.group(1));
            String zone = date.group(2);
            if (zone == null) {
                return time;
            }
            OffsetDateTime zoned = time.atOffset(ZoneOffset.of(zone));
            return zone.equals("Z") ? zoned.toInstant() : zoned.withOffsetSameInstant(ZoneOffset.UTC);
        } catch (DateTimeException noSuchDay) {
            return text;
        }
    }
}
