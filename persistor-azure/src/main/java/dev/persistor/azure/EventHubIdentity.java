package dev.persistor.azure;

import com.azure.messaging.eventhubs.EventHubProperties;
import dev.persistor.core.pull.PullException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The identity of a hub: when it was created. A hub that is deleted and created again has its name and its partitions, and other
 * events under the same sequence numbers.
 *
 * <p>Not thread-safe.
 */
final class EventHubIdentity {

    private static final Logger LOG = LoggerFactory.getLogger(EventHubIdentity.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);

    private final String hub;
    private final Supplier<EventHubProperties> properties;
    private final Instant created;
    private long lastLook = System.nanoTime();

    /**
     * Asks the hub.
     *
     * @throws PullException if the broker does not answer
     */
    EventHubIdentity(String hub, Supplier<EventHubProperties> properties) {
        this.hub = hub;
        this.properties = properties;
        try {
            this.created = properties.get().getCreatedAt();
        } catch (RuntimeException e) {
            throw AmqpErrors.pullFailed("read " + hub, e);
        }
    }

    /** Returns when the hub was created. */
    Instant created() {
        return created;
    }

    /** Returns the identity as positions have it. */
    String log() {
        return created.toString();
    }

    /** Has the next {@link #requireSame} ask in any case. */
    void doubt() {
        lastLook = System.nanoTime() - BETWEEN_LOOKS.toNanos();
    }

    /**
     * Asks once more, every few seconds: what is read by now may be of another hub. Without an answer the reading goes on, which
     * fails for the same reason.
     *
     * @throws PullException if the hub was created again; who reads must begin again
     */
    void requireSame() {
        if (System.nanoTime() - lastLook < BETWEEN_LOOKS.toNanos()) {
            return;
        }
        Instant now;
        try {
            now = ask();
        } catch (RuntimeException e) {
            LOG.debug("Cannot ask when {} was created", hub, e);
            return;
        }
        requireSame(now);
    }

    /**
     * Asks at once: what comes next depends on the answer.
     *
     * @throws PullException if the hub was created again, or gives no answer; who reads must begin again
     */
    void requireSameNow() {
        Instant now;
        try {
            now = ask();
        } catch (RuntimeException e) {
            PullException failure = AmqpErrors.pullFailed("ask when " + hub + " was created", e);
            throw new PullException(String.valueOf(failure.getMessage()), false, e);
        }
        requireSame(now);
    }

    private Instant ask() {
        lastLook = System.nanoTime();
        return properties.get().getCreatedAt();
    }

    private void requireSame(Instant now) {
        if (!now.equals(created)) {
            throw new PullException(
                    "read " + hub + ": it was deleted and created again at " + now
                            + "; the next run reads it from its beginning",
                    false,
                    null);
        }
    }
}
