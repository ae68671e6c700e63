package dev.persistor.core.format;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * Instants as {@link Instant#toString} writes and {@link Instant#parse} reads them. Those of four-digit years, which all
 * but a few are, go a short way here: on the long one, a small message's time takes longer than all else of it.
 */
public final class Instants {

    /** The most bytes that {@link #write} writes. */
    public static final int MAX_BYTES = 30;

    private static final int SECONDS_OF_DAY = 24 * 60 * 60;
    private static final int LENGTH_TO_SECONDS = 19;
    private static final long FIRST_DAY = LocalDate.of(0, 1, 1).toEpochDay();
    private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();

    private Instants() {}

    /** Writes an instant's text and returns its length, or 0 where the long way is needed. */
    public static int write(Instant instant, byte[] to) {
        long day = Math.floorDiv(instant.getEpochSecond(), SECONDS_OF_DAY);
        if (day < FIRST_DAY || day > LAST_DAY) {
            return 0;
        }
        LocalDate date = LocalDate.ofEpochDay(day);
        int second = (int) (instant.getEpochSecond() - day * SECONDS_OF_DAY);
        writeDigits(date.getYear(), to, 0, 4);
        to[4] = '-';
        writeDigits(date.getMonthValue(), to, 5, 2);
        to[7] = '-';
        writeDigits(date.getDayOfMonth(), to, 8, 2);
        to[10] = 'T';
        writeDigits(second / 3600, to, 11, 2);
        to[13] = ':';
        writeDigits(second / 60 % 60, to, 14, 2);
        to[16] = ':';
        writeDigits(second % 60, to, 17, 2);
        int length = writeFraction(instant.getNano(), to);
        to[length] = 'Z';
        return length + 1;
    }

    /** Returns an instant's text. */
    public static String text(Instant instant) {
        byte[] text = new byte[MAX_BYTES];
        int length = write(instant, text);
        return length == 0 ? instant.toString() : new String(text, 0, length, StandardCharsets.ISO_8859_1);
    }

    private static int writeFraction(int nano, byte[] to) {
        if (nano == 0) {
            return LENGTH_TO_SECONDS;
        }
        to[LENGTH_TO_SECONDS] = '.';
        int digits = 9;
        int fraction = nano;
        while (fraction % 1000 == 0) {
            fraction /= 1000;
            digits -= 3;
        }
        writeDigits(fraction, to, LENGTH_TO_SECONDS + 1, digits);
        return LENGTH_TO_SECONDS + 1 + digits;
    }

    private static void writeDigits(int value, byte[] to, int at, int digits) {
        int rest = value;
        for (int i = at + digits - 1; i >= at; i--) {
            to[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    /**
     * Reads an instant, as {@link Instant#parse} does.
     *
     * @throws DateTimeException if the text is none
     */
    static Instant parse(String text) {
        // What is not ASCII becomes question marks, which no usual instant has.
        byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        Instant usual = parseUsual(ascii, 0, ascii.length);
        return usual == null ? Instant.parse(text) : usual;
    }

    /**
     * Reads an instant from ASCII.
     *
     * @throws DateTimeException if the text is none
     */
    public static Instant parse(byte[] text, int offset, int length) {
        Instant usual = parseUsual(text, offset, length);
        return usual == null ? parseUnusual(new String(text, offset, length, StandardCharsets.ISO_8859_1)) : usual;
    }

    /** A leap second, which Java reads as the second before it, is no time that was written here. */
    private static Instant parseUnusual(String text) {
        if (text.contains(":60")) {
            throw new DateTimeException("a leap second");
        }
        return Instant.parse(text);
    }

    private static boolean isUsual(byte[] text, int offset, int length) {
        return length > LENGTH_TO_SECONDS
                && length <= MAX_BYTES
                && text[offset + 4] == '-'
                && text[offset + 7] == '-'
                && text[offset + 10] == 'T'
                && text[offset + 13] == ':'
                && text[offset + 16] == ':'
                && text[offset + length - 1] == 'Z';
    }

    private static @Nullable Instant parseUsual(byte[] text, int offset, int length) {
        if (!isUsual(text, offset, length)) {
            return null;
        }
        int year = digits(text, offset, 4);
        int month = digits(text, offset + 5, 2);
        int day = digits(text, offset + 8, 2);
        int hour = digits(text, offset + 11, 2);
        int minute = digits(text, offset + 14, 2);
        int second = digits(text, offset + 17, 2);
        int nano = nano(text, offset + LENGTH_TO_SECONDS, length - LENGTH_TO_SECONDS - 1);
        if ((year | month | day | hour | minute | second | nano) < 0 || hour > 23 || minute > 59 || second > 59) {
            return null;
        }
        long days = LocalDate.of(year, month, day).toEpochDay();
        return Instant.ofEpochSecond(days * SECONDS_OF_DAY + hour * 3600L + minute * 60L + second, nano);
    }

    /** The nanoseconds of a point and up to nine digits, or of nothing; -1 if that is not what is there. */
    private static int nano(byte[] text, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        if (text[offset] != '.' || length == 1) {
            return -1;
        }
        int nano = digits(text, offset + 1, length - 1);
        for (int i = length; i < 10; i++) {
            nano *= 10; // stays negative when it is -1
        }
        return nano;
    }

    /** The number that these digits are, or -1 if one is no digit. */
    private static int digits(byte[] text, int offset, int length) {
        int value = 0;
        for (int i = offset; i < offset + length; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }
}
