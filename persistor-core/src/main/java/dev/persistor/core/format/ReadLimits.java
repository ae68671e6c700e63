package dev.persistor.core.format;

import java.util.EnumMap;
import java.util.Map;

/**
 * The {@linkplain ReadLimit limits} of one archive.
 *
 * <p>Immutable.
 */
public final class ReadLimits {

    /** The limits unless others are set. */
    public static final ReadLimits DEFAULT = new ReadLimits(Map.of());

    private final Map<ReadLimit, Long> values = new EnumMap<>(ReadLimit.class);

    private ReadLimits(Map<ReadLimit, Long> values) {
        for (ReadLimit limit : ReadLimit.values()) {
            this.values.put(limit, values.getOrDefault(limit, limit.defaultValue()));
        }
    }

    /**
     * Returns these limits with another value of one.
     *
     * @throws IllegalArgumentException if the value is under 1
     */
    public ReadLimits with(ReadLimit limit, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(limit.setting() + " must be 1 or more, and is " + value);
        }
        Map<ReadLimit, Long> changed = new EnumMap<>(values);
        changed.put(limit, value);
        return new ReadLimits(changed);
    }

    /** Returns the value of a limit, 1 or more. */
    public long of(ReadLimit limit) {
        return values.getOrDefault(limit, limit.defaultValue());
    }

    /** Returns the value of a limit as a number of things that are counted, 1 or more. */
    public int count(ReadLimit limit) {
        return (int) Math.min(of(limit), Integer.MAX_VALUE - 64);
    }

    /**
     * Compares with a limit.
     *
     * @throws ReadLimitException if the value is beyond it
     */
    public void check(ReadLimit limit, long value) throws ReadLimitException {
        if (value > of(limit)) {
            throw exceeded(limit);
        }
    }

    /** Returns what says that something is beyond a limit. */
    public ReadLimitException exceeded(ReadLimit limit) {
        return new ReadLimitException(limit.exceeded(of(limit)));
    }
}
