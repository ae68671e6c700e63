package dev.persistor.standalone.recovery;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Whole numbers, 1 or more, as options have them. Thread-safe. */
final class Numbers {

    private Numbers() {}

    private static long parse(String value, int mostDigits) {
        if (!value.matches("0*[1-9]\\d{0," + (mostDigits - 1) + "}")) {
            throw new TypeConversionException(
                    "'" + value + "' is not allowed; allowed is a whole number from 1 to " + "9".repeat(mostDigits));
        }
        return Long.parseLong(value);
    }

    /** Numbers of threads and of requests, of which each one costs memory. */
    static final class Few implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return (int) parse(value, 4);
        }
    }

    /** Numbers of what is in memory for a moment. */
    static final class Some implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return (int) parse(value, 6);
        }
    }

    /** Numbers of messages. */
    static final class Many implements ITypeConverter<Long> {
        @Override
        public Long convert(String value) {
            return parse(value, 15);
        }
    }
}
