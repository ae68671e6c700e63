package dev.persistor.core.naming;

import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** A part of the first message's publish time, in UTC: digits, which need no encoding. */
enum UtcPart implements Part {
    YEAR("yyyy"),
    MONTH("MM"),
    DAY("dd"),
    HOUR("HH"),
    MINUTE("mm"),
    SECOND("ss");

    private static final int SECONDS_PER_DAY = 24 * 60 * 60;

    private final String name;

    UtcPart(String name) {
        this.name = name;
    }

    /** Returns the part of that name in a template, if there is one. */
    static @Nullable UtcPart named(String name) {
        for (UtcPart part : values()) {
            if (part.name.equals(name)) {
                return part;
            }
        }
        return null;
    }

    boolean isSameForAnHour() {
        return compareTo(HOUR) <= 0;
    }

    void appendTo(StringBuilder path, Instant time) {
        int second = Math.floorMod(time.getEpochSecond(), SECONDS_PER_DAY);
        switch (this) {
            case YEAR -> appendYear(path, day(time).getYear());
            case MONTH -> appendTwoDigits(path, day(time).getMonthValue());
            case DAY -> appendTwoDigits(path, day(time).getDayOfMonth());
            case HOUR -> appendTwoDigits(path, second / 3600);
            case MINUTE -> appendTwoDigits(path, second / 60 % 60);
            case SECOND -> appendTwoDigits(path, second % 60);
        }
    }

    private static LocalDate day(Instant time) {
        return LocalDate.ofEpochDay(Math.floorDiv(time.getEpochSecond(), SECONDS_PER_DAY));
    }

    /** Four digits; a year with more has a plus before it, encoded, as ISO 8601 wants. */
    private static void appendYear(StringBuilder path, int year) {
        path.append(year < 0 ? "-" : year > 9999 ? "%2B" : "");
        int digits = Math.abs(year);
        if (digits > 9999) {
            path.append(digits);
        } else {
            appendTwoDigits(path, digits / 100);
            appendTwoDigits(path, digits % 100);
        }
    }

    private static void appendTwoDigits(StringBuilder path, int value) {
        path.append((char) ('0' + value / 10)).append((char) ('0' + value % 10));
    }
}
