package dev.persistor.testkit;

import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/**
 * Checks laws over generated values. The seed of a failure is in its text; the system property
 * {@code persistor.testkit.seed} runs that one alone.
 *
 * <p>Thread-safe.
 */
public final class Laws {

    private static final String SEED_PROPERTY = "persistor.testkit.seed";

    private Laws() {}

    /**
     * Runs a check with the seeds 0 to {@code count - 1}.
     *
     * @throws AssertionError if the check throws anything; it names the seed
     */
    public static void holdFor(int count, LongConsumer check) {
        Long only = Long.getLong(SEED_PROPERTY);
        LongStream seeds = only == null ? LongStream.range(0, count) : LongStream.of(only);
        seeds.forEach(seed -> {
            try {
                check.accept(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "with seed " + seed + " (-D" + SEED_PROPERTY + "=" + seed + " runs it alone): "
                                + e.getMessage(),
                        e);
            }
        });
    }
}
