package dev.persistor.core.pull;

import java.time.Instant;
import java.util.Optional;

/**
 * The progress of a run.
 *
 * <p>Immutable.
 *
 * @param messages how many messages it holds that are not durable yet
 * @param bytes how many bytes their payloads have
 * @param oldest when the one of them was published that was published first
 * @param isReached whether the broker has answered, no question failed since, and the run did not fail for good
 * @param trouble why it is not reached; nothing while it is, or when nothing is known of that yet
 */
public record PullStatus(
        long messages, long bytes, Optional<Instant> oldest, boolean isReached, Optional<String> trouble) {

    /** No position. */
    public static final PullStatus NONE = new PullStatus(0, 0, Optional.empty(), false, Optional.empty());
}
