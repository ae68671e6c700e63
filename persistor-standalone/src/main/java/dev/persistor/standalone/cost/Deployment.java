package dev.persistor.standalone.cost;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The deployment of Persistor.
 *
 * <p>Immutable.
 *
 * @param batchMessages how many messages share an object at most
 * @param batchBytes how many bytes share one at most
 * @param linger how long a batch waits for others, where it is not the default
 * @param concurrency how many requests an instance serves at a time, where it is not the default
 * @param pullEvery how long it is from one run of a function that pulls to the next
 * @param partitions how many an event hub has
 */
record Deployment(
        long batchMessages,
        long batchBytes,
        Optional<Duration> linger,
        OptionalInt concurrency,
        Duration pullEvery,
        int partitions) {

    private static final double MILLIS = 1_000;

    /** Returns how many messages share an object at most. */
    double mostInBatch(Messages messages) {
        return Math.max(1, Math.min(batchMessages, batchBytes / messages.bytes()));
    }

    /** Returns how many seconds a batch waits; alone, a message does not. */
    double lingerSeconds(Messages messages, Duration otherwise) {
        return mostInBatch(messages) > 1 ? seconds(linger.orElse(otherwise)) : 0;
    }

    /** Returns how many seconds it is from one run of a function that pulls to the next. */
    double pullSeconds() {
        return seconds(pullEvery);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / MILLIS;
    }
}
