package dev.persistor.core.replay;

import java.time.Duration;

/**
 * How long a target that asks to be left alone is tried again, and at which intervals: each is twice the one before.
 *
 * <p>Immutable.
 *
 * @param budget the sum of all waiting
 * @param first the first wait
 * @param longest the longest wait
 */
public record Patience(Duration budget, Duration first, Duration longest) {

    /** Takes pauses that end, and lets the budget end too. */
    public Patience {
        if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "the first wait must be over 0 and no longer than the longest, and they are " + first + " and "
                            + longest);
        }
    }

    /** Returns what a target of the cloud gets: a minute in all, waits from 250 ms to 8 s. */
    public static Patience ofAMinute() {
        return new Patience(Duration.ofMinutes(1), Duration.ofMillis(250), Duration.ofSeconds(8));
    }

    /** Returns what tries once. */
    public static Patience none() {
        return new Patience(Duration.ZERO, Duration.ofMillis(1), Duration.ofMillis(1));
    }

    /** Tells whether there is a next try. */
    boolean lasts() {
        return budget.compareTo(first) >= 0;
    }

    /** Returns what is left after a wait of {@link #first}. */
    Patience afterWaiting() {
        Duration twice = first.multipliedBy(2);
        return new Patience(budget.minus(first), twice.compareTo(longest) < 0 ? twice : longest, longest);
    }
}
