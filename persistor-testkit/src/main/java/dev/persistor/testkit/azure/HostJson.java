package dev.persistor.testkit.azure;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * JSON as the host's library, Newtonsoft, writes it. Java's types stand for those of .NET: {@link LocalDateTime} for a
 * {@code DateTime} of unspecified kind, {@link Instant} for one in UTC, {@link OffsetDateTime} for a
 * {@code DateTimeOffset}, {@link Duration} for a {@code TimeSpan}, {@link BigDecimal} for a {@code decimal}.
 */
final class HostJson {

    private static final int DOUBLE_DIGITS = 15;
    private static final int FLOAT_DIGITS = 7;

    private final StringBuilder out = new StringBuilder();
    private final boolean indented;
    private int depth;

    private HostJson(boolean indented) {
        this.indented = indented;
    }

    static String compact(@Nullable Object value) {
        return new HostJson(false).write(value).out.toString();
    }

    static String indented(@Nullable Object value) {
        return new HostJson(true).write(value).out.toString();
    }

    /** No broker delivers half a character: its text is UTF-8. */
    static String requireWellFormed(String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException("a lone surrogate in a text that a broker would deliver");
        }
        return text;
    }

    private HostJson write(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            writeObject(map);
        } else if (value instanceof Collection<?> list) {
            writeArray(list);
        } else if (value instanceof byte[] bytes) {
            quote(Base64.getEncoder().encodeToString(bytes));
        } else if (value != null && value.getClass().isArray()) {
            writeArray(elements(value));
        } else {
            writeScalar(value);
        }
        return this;
    }

    private static List<@Nullable Object> elements(Object array) {
        return IntStream.range(0, Array.getLength(array))
                .<@Nullable Object>mapToObj(index -> Array.get(array, index))
                .toList();
    }

    private void writeObject(Map<?, ?> map) {
        out.append('{');
        depth++;
        String separator = "";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            out.append(separator);
            newLine();
            quote((String) entry.getKey());
            out.append(indented ? ": " : ":");
            write(entry.getValue());
            separator = ",";
        }
        close('}', map.isEmpty());
    }

    private void writeArray(Collection<?> list) {
        out.append('[');
        depth++;
        String separator = "";
        for (Object element : list) {
            out.append(separator);
            newLine();
            write(element);
            separator = ",";
        }
        close(']', list.isEmpty());
    }

    private void close(char bracket, boolean empty) {
        depth--;
        if (!empty) {
            newLine();
        }
        out.append(bracket);
    }

    private void newLine() {
        if (indented) {
            out.append('\n').append("  ".repeat(depth));
        }
    }

    private void writeScalar(@Nullable Object value) {
        if (value == null || value instanceof Boolean) {
            out.append(value);
        } else if (value instanceof Number number) {
            writeNumber(number);
        } else if (value instanceof Instant time) {
            quote(HostTimes.utc(time));
        } else if (value instanceof LocalDateTime time) {
            quote(HostTimes.unspecified(time));
        } else if (value instanceof OffsetDateTime time) {
            quote(HostTimes.offset(time));
        } else if (value instanceof Duration duration) {
            quote(HostTimes.span(duration));
        } else if (value instanceof String
                || value instanceof Character
                || value instanceof UUID
                || value instanceof URI) {
            quote(value.toString());
        } else {
            throw new IllegalArgumentException("no broker delivers a " + value.getClass());
        }
    }

    private void writeNumber(Number number) {
        if (number instanceof Double || number instanceof Float) {
            writeReal(number);
        } else if (number instanceof BigDecimal decimal) {
            out.append(withPoint(decimal.toPlainString()));
        } else if (number instanceof Long
                || number instanceof Integer
                || number instanceof Short
                || number instanceof Byte
                || number instanceof BigInteger) {
            out.append(number);
        } else {
            throw new IllegalArgumentException("no broker delivers a " + number.getClass());
        }
    }

    private void writeReal(Number real) {
        if (!Double.isFinite(real.doubleValue())) {
            quote(real.toString());
            return;
        }
        BigDecimal exact = new BigDecimal(real.toString()).stripTrailingZeros();
        int digits = exact.precision();
        int pointAt = digits - exact.scale();
        boolean negativeZero = exact.signum() == 0 && real.toString().startsWith("-");
        if (exact.signum() == 0) {
            out.append(negativeZero ? "-0.0" : "0.0");
        } else if (pointAt < -3 || pointAt > Math.max(digits, real instanceof Float ? FLOAT_DIGITS : DOUBLE_DIGITS)) {
            out.append(scientific(exact, pointAt - 1));
        } else {
            out.append(withPoint(exact.toPlainString()));
        }
    }

    private static String scientific(BigDecimal number, int exponent) {
        String mantissa = number.movePointLeft(exponent).stripTrailingZeros().toPlainString();
        return mantissa + (exponent < 0 ? "E-" : "E+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }

    private static String withPoint(String number) {
        return number.contains(".") ? number : number + ".0";
    }

    private void quote(String text) {
        out.append('"');
        requireWellFormed(text).chars().forEach(character -> escape((char) character));
        out.append('"');
    }

    private void escape(char character) {
        switch (character) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case '\u0085', '\u2028', '\u2029' -> out.append(String.format("\\u%04x", (int) character));
            default -> {
                if (character < ' ') {
                    out.append(String.format("\\u%04x", (int) character));
                } else {
                    out.append(character);
                }
            }
        }
    }
}
