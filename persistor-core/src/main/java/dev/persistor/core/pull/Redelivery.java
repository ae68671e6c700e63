package dev.persistor.core.pull;

import dev.persistor.core.message.Message;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The messages that a broker without offsets delivers again, to a subscription that nothing else uses.
 *
 * <p>Immutable.
 *
 * @param subscription the broker's whole name of it
 * @param from only what was published then or later; nothing where a snapshot says it
 * @param snapshot the broker's whole name of a snapshot: what was not acknowledged by then, and all that came later
 * @param isThere tells of a message whether it is archived already, and need not be again
 */
public record Redelivery(
        String subscription, Optional<Instant> from, Optional<String> snapshot, Predicate<Message> isThere) {}
