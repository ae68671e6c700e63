package dev.persistor.standalone.cost;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The subject of a price, and the units of price lists.
 *
 * <p>Immutable.
 */
enum Measure {
    /** Bytes that were moved. */
    BYTES,

    /** Bytes that were kept for a month. */
    STORED,

    /** Operations, requests, executions. */
    COUNT,

    /** Processors, by seconds. */
    VCPU,

    /** Gibibytes of memory, by seconds. */
    MEMORY,

    /** Throughput units, by hours. */
    CAPACITY;

    private static final Pattern TEXT = Pattern.compile("(?:([1-9]\\d{0,11}) )?([A-Za-z-]+)");

    private Map<String, Long> units() {
        return switch (this) {
            case BYTES -> sizes("");
            case STORED -> sizes("-month");
            case COUNT -> Map.of("operation", 1L, "request", 1L, "execution", 1L);
            case VCPU -> Map.of("vCPU-second", 1L, "vCPU-hour", 3_600L);
            case MEMORY -> Map.of("GiB-second", 1L, "GiB-hour", 3_600L);
            case CAPACITY -> Map.of("unit-hour", 1L);
        };
    }

    private static Map<String, Long> sizes(String what) {
        return Map.of("KiB" + what, 1L << 10, "MiB" + what, 1L << 20, "GiB" + what, 1L << 30, "TiB" + what, 1L << 40);
    }

    /** Returns the allowed units, for an error message. */
    String allowed() {
        return this == COUNT
                ? "a number of operations, requests or executions, such as 1000 operations"
                : "one of "
                        + String.join(", ", units().keySet().stream().sorted().toList())
                        + ", with a number before it or without";
    }

    /** Returns how many bytes, operations, seconds or hours a text such as {@code 1000 operations} means; nothing if none. */
    Optional<BigDecimal> amount(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String word = matcher.group(2);
        Long unit = units().get(this == COUNT && word.endsWith("s") ? word.substring(0, word.length() - 1) : word);
        BigDecimal times = matcher.group(1) == null ? BigDecimal.ONE : new BigDecimal(matcher.group(1));
        return Optional.ofNullable(unit).map(one -> times.multiply(BigDecimal.valueOf(one)));
    }
}
