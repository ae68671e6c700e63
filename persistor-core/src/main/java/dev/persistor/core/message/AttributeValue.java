package dev.persistor.core.message;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;

/**
 * One attribute's value with the type that the broker gave it, kept as a type and its canonical text.
 *
 * <p>Pub/Sub attributes are strings; Service Bus, Event Hubs and AMQP properties are typed, and Kafka headers are bytes.
 * A replay must restore {@code 5} as a number and {@code "5"} as a string, so the type is part of the value: two values
 * are equal only when both their types and their texts are.
 *
 * <p>Immutable.
 *
 * @param type the broker's type
 * @param text the canonical text of the value: what {@code toString} of the Java type gives, Base64 for
 *     {@link Type#BYTES}, and the empty string for {@link Type#NULL}
 */
public record AttributeValue(Type type, String text) {

    /** The types that brokers give to attributes. */
    public enum Type {
        /** No value; its text is empty. */
        NULL,
        /** Unicode text. */
        STRING,
        /** {@code true} or {@code false}. */
        BOOLEAN,
        /** A 32-bit signed number. */
        INT,
        /** A 64-bit signed number. */
        LONG,
        /** A 32-bit IEEE 754 number. */
        FLOAT,
        /** A 64-bit IEEE 754 number. */
        DOUBLE,
        /** A decimal number of any size and scale; the scale is kept. */
        DECIMAL,
        /** An instant in UTC, as ISO-8601 text. */
        TIMESTAMP,
        /** A span of time, as ISO-8601 text. */
        DURATION,
        /** A UUID in its usual 36 characters. */
        UUID,
        /** Bytes, as Base64 text with padding (RFC 4648, section 4). */
        BYTES,
        /** Anything else that the broker gave in JSON (an object, an array), as its JSON text, untouched. */
        JSON;

        /** Returns the name that stands for this type in stored attributes: lower case, never translated. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * Returns the type with the given label.
         *
         * @throws IllegalArgumentException if there is none; the message names the label
         */
        public static Type ofLabel(String label) {
            for (Type type : values()) {
                if (type.label().equals(label)) {
                    return type;
                }
            }
            throw new IllegalArgumentException("unknown attribute type \"" + label + "\"");
        }
    }

    /** Java reads longer numbers in quadratic time. */
    private static final int MAX_NUMBER_CHARS = 1_000;

    /** More than any broker has: AMQP's longest decimals have 34 digits. */
    private static final int MAX_DECIMAL_CHARS = 10_000;

    private static final String JSON_NUMBER = "-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?";
    private static final BigDecimal LEAST_LONG = BigDecimal.valueOf(Long.MIN_VALUE);
    private static final BigDecimal GREATEST_LONG = BigDecimal.valueOf(Long.MAX_VALUE);

    private static final AttributeValue NULL_VALUE = new AttributeValue(Type.NULL, "");

    /**
     * Checks that the text is one that the type can have.
     *
     * @throws IllegalArgumentException if the text is not a value of the type
     */
    public AttributeValue {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(text, "text");
        if (type != Type.STRING && type != Type.JSON) {
            parse(type, text);
        }
    }

    /** Returns a string. */
    public static AttributeValue of(String value) {
        return new AttributeValue(Type.STRING, value);
    }

    /** Returns a boolean. */
    public static AttributeValue of(boolean value) {
        return new AttributeValue(Type.BOOLEAN, Boolean.toString(value));
    }

    /** Returns a 32-bit number. */
    public static AttributeValue of(int value) {
        return new AttributeValue(Type.INT, Integer.toString(value));
    }

    /** Returns a 64-bit number. */
    public static AttributeValue of(long value) {
        return new AttributeValue(Type.LONG, Long.toString(value));
    }

    /** Returns a 32-bit floating-point number, NaN and infinities included. */
    public static AttributeValue of(float value) {
        return new AttributeValue(Type.FLOAT, Float.toString(value));
    }

    /** Returns a 64-bit floating-point number, NaN and infinities included. */
    public static AttributeValue of(double value) {
        return new AttributeValue(Type.DOUBLE, Double.toString(value));
    }

    /**
     * Returns a decimal number with its scale.
     *
     * @throws IllegalArgumentException if its text has more than 10,000 characters
     */
    public static AttributeValue of(BigDecimal value) {
        return new AttributeValue(Type.DECIMAL, value.toString());
    }

    /** Returns an instant. */
    public static AttributeValue of(Instant value) {
        return new AttributeValue(Type.TIMESTAMP, value.toString());
    }

    /** Returns a span of time. */
    public static AttributeValue of(Duration value) {
        return new AttributeValue(Type.DURATION, value.toString());
    }

    /** Returns a UUID. */
    public static AttributeValue of(UUID value) {
        return new AttributeValue(Type.UUID, value.toString());
    }

    /** Returns bytes; the array is copied. */
    public static AttributeValue of(byte[] value) {
        return new AttributeValue(Type.BYTES, Base64.getEncoder().encodeToString(value));
    }

    /**
     * Returns the number that a number in JSON most likely was: a long; a double, where one has exactly this value, or where it is
     * a zero with a sign; otherwise a decimal. A number of more than 1,000 characters, or with an exponent that no decimal has,
     * is kept as JSON.
     *
     * @param number a number as JSON writes it
     * @throws NumberFormatException if it is none
     */
    public static AttributeValue ofJsonNumber(String number) {
        if (number.length() > MAX_NUMBER_CHARS) {
            return ofJson(number);
        }
        BigDecimal exact;
        try {
            exact = new BigDecimal(number);
        } catch (NumberFormatException e) {
            if (number.matches(JSON_NUMBER)) {
                return ofJson(number);
            }
            throw e;
        }
        if (exact.signum() == 0 && number.startsWith("-")) {
            return of(-0.0);
        }
        return number.matches("-?\\d+") ? whole(exact) : fraction(exact);
    }

    private static AttributeValue whole(BigDecimal number) {
        return number.compareTo(LEAST_LONG) >= 0 && number.compareTo(GREATEST_LONG) <= 0
                ? of(number.longValueExact())
                : of(number);
    }

    private static AttributeValue fraction(BigDecimal number) {
        double nearest = number.doubleValue();
        return Double.isFinite(nearest) && new BigDecimal(Double.toString(nearest)).compareTo(number) == 0
                ? of(nearest)
                : of(number);
    }

    /** Returns a JSON text as it stands; it is not parsed. */
    public static AttributeValue ofJson(String json) {
        return new AttributeValue(Type.JSON, json);
    }

    /** Returns the value that stands for "no value", which AMQP allows. */
    public static AttributeValue ofNull() {
        return NULL_VALUE;
    }

    /**
     * Returns the bytes of a {@link Type#BYTES} value, in an array of the caller's own.
     *
     * @throws IllegalStateException if the value has another type
     */
    public byte[] bytes() {
        if (type != Type.BYTES) {
            throw new IllegalStateException("the value is of type " + type.label() + ", not bytes");
        }
        return Base64.getDecoder().decode(text);
    }

    private static void parse(Type type, String text) {
        try {
            switch (type) {
                case NULL -> require(text.isEmpty());
                case BOOLEAN -> require(text.equals("true") || text.equals("false"));
                case INT -> require(Integer.toString(Integer.parseInt(text)).equals(text));
                case LONG -> require(Long.toString(Long.parseLong(text)).equals(text));
                case FLOAT -> require(Float.toString(Float.parseFloat(text)).equals(text));
                case DOUBLE -> require(Double.toString(Double.parseDouble(text)).equals(text));
                case DECIMAL ->
                    require(text.length() <= MAX_DECIMAL_CHARS
                            && new BigDecimal(text).toString().equals(text));
                case TIMESTAMP -> require(Instant.parse(text).toString().equals(text));
                case DURATION -> require(Duration.parse(text).toString().equals(text));
                case UUID -> require(UUID.fromString(text).toString().equals(text));
                case BYTES ->
                    require(Base64.getEncoder()
                            .encodeToString(Base64.getDecoder().decode(text))
                            .equals(text));
                case STRING, JSON -> {}
            }
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "not the canonical text of type " + type.label() + ": " + shortened(text), e);
        }
    }

    private static String shortened(String text) {
        return text.length() <= MAX_NUMBER_CHARS ? text : text.substring(0, MAX_NUMBER_CHARS) + "...";
    }

    private static void require(boolean canonical) {
        if (!canonical) {
            throw new IllegalArgumentException("it is not canonical, or too long");
        }
    }
}
