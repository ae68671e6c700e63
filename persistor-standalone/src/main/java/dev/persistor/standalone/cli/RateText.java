package dev.persistor.standalone.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Parses rates and speeds from the command line. Thread-safe. */
public final class RateText {

    private static final Pattern RATE = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(?:/([smh]))?");
    private static final Pattern SPEED = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)x?");

    private RateText() {}

    /** Messages a second. */
    public static final class Rate implements ITypeConverter<Double> {
        /** For picocli. */
        public Rate() {}

        @Override
        public Double convert(String value) {
            Matcher matcher = RATE.matcher(value);
            double amount = matcher.matches() ? Double.parseDouble(matcher.group(1)) : 0;
            if (amount == 0) {
                throw new TypeConversionException("'" + value
                        + "' is not valid; use a number of messages, more than 0, per second, minute or hour:"
                        + " 500/s, 30/m, 0.5/s");
            }
            String unit = matcher.group(2) == null ? "s" : matcher.group(2);
            return switch (unit) {
                case "m" -> amount / 60;
                case "h" -> amount / 3_600;
                default -> amount;
            };
        }
    }

    /** Parses a speed relative to the publish times. */
    public static final class Speed implements ITypeConverter<Double> {
        /** For picocli. */
        public Speed() {}

        @Override
        public Double convert(String value) {
            Matcher matcher = SPEED.matcher(value);
            double factor = matcher.matches() ? Double.parseDouble(matcher.group(1)) : 0;
            if (factor == 0) {
                throw new TypeConversionException(
                        "'" + value + "' is not valid; use a factor, more than 0: 1x, 2x, 0.5x");
            }
            return factor;
        }
    }
}
