package dev.persistor.kafka;

import dev.persistor.core.pull.PullException;
import dev.persistor.kafka.KafkaTopics.Look;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the brokers answer about the topics. They are asked each second, and at once when records wait for an answer: a record is certain
 * to be of the known log if the consumer has learned nothing new since the brokers were asked.
 *
 * <p>Not thread-safe, except {@link #missing}.
 */
final class KafkaLooks {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaLooks.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** Of looks that records wait for. */
    private static final Duration SHORT_PAUSE = Duration.ofMillis(20);

    private final KafkaTopics brokers;
    private @Nullable CompletableFuture<Look> asked;
    private long lastAsked = System.nanoTime() - PAUSE.toNanos();
    /** Records polled before this number of metadata updates belong to the known logs. */
    private long certainUntil = -1;

    private volatile Set<String> missing = Set.of();

    KafkaLooks(KafkaTopics brokers) {
        this.brokers = brokers;
    }

    /**
     * Returns an answer if one has come, and asks again when it is time.
     *
     * @param isUrgent whether records wait
     * @throws AuthorizationException if the brokers refuse to answer: records would wait without an end
     */
    Optional<Look> poll(boolean isUrgent) {
        Optional<Look> answer = Optional.empty();
        if (asked != null && asked.isDone()) {
            answer = answer(asked);
            asked = null;
        }
        Duration pause = isUrgent ? SHORT_PAUSE : PAUSE;
        if (asked == null && System.nanoTime() - lastAsked >= pause.toNanos()) {
            lastAsked = System.nanoTime();
            asked = brokers.lookSoon();
        }
        return answer;
    }

    private Optional<Look> answer(CompletableFuture<Look> done) {
        try {
            return Optional.of(known(done.join()));
        } catch (CompletionException e) {
            if (e.getCause() instanceof AuthorizationException cause) {
                throw cause;
            }
            LOG.debug("The brokers are asked again: {}", String.valueOf(e.getCause()));
            return Optional.empty();
        }
    }

    /**
     * Asks, and waits for the answer.
     *
     * @throws PullException if there is none
     */
    Look now() {
        // One that is under way may be older than what is done now.
        asked = null;
        return known(brokers.look());
    }

    private Look known(Look answer) {
        missing = brokers.missing(answer);
        certainUntil = Math.max(certainUntil, answer.updates());
        return answer;
    }

    /** Tells whether records that were polled at this number of metadata updates are certain to be of the logs that are known. */
    boolean isCertain(long updates) {
        return updates <= certainUntil;
    }

    /** Returns the topics that did not exist when the brokers last answered. Thread-safe. */
    Set<String> missing() {
        return missing;
    }
}
