package dev.persistor.standalone.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Whole numbers, 1 or more, as options have them. Thread-safe. */
public final class Numbers {

    private Numbers() {}

    private static long parse(String value, int mostDigits) {
        if (!value.matches("0*[1-9]\\d{0," + (mostDigits - 1) + "}")) {
            throw new TypeConversionException(
                    "'" + value + "' is not valid; use a whole number from 1 to " + "9".repeat(mostDigits));
        }
        return Long.parseLong(value);
    }

    /** Numbers of threads and of requests, of which each one costs memory. */
    public static final class Few implements ITypeConverter<Integer> {
        /** For picocli. */
        public Few() {}

        @Override
        public Integer convert(String value) {
            return (int) parse(value, 4);
        }
    }

    /** Numbers of what is in memory for a moment. */
    public static final class Some implements ITypeConverter<Integer> {
        /** For picocli. */
        public Some() {}

        @Override
        public Integer convert(String value) {
            return (int) parse(value, 6);
        }
    }

    /** Numbers of messages. */
    public static final class Many implements ITypeConverter<Long> {
        /** For picocli. */
        public Many() {}

        @Override
        public Long convert(String value) {
            return parse(value, 15);
        }
    }
}
