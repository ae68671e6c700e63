package dev.persistor.azure;

import com.azure.core.amqp.AmqpRetryMode;
import com.azure.core.amqp.AmqpRetryOptions;
import java.time.Duration;
import java.util.Objects;
import reactor.core.publisher.Mono;

/** Helpers for the clients of Event Hubs and Service Bus. */
final class MessagingClients {

    /** The number of batches in progress at the same time. */
    static final int LANES = 8;

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** Twice the clients' own, which does not cover all that they wait for: they wait for ever for a token's answer. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private MessagingClients() {}

    /** The clients' own retries would send again what may have arrived, without telling anyone. */
    static AmqpRetryOptions oneTry() {
        return new AmqpRetryOptions().setMaxRetries(0).setTryTimeout(TIMEOUT);
    }

    /**
     * Receiving again does no harm, so the clients may try it by themselves, but not for long: what goes on failing is for a run
     * to hear of, which else would take it for an entity with nothing in it.
     */
    static AmqpRetryOptions fewTries() {
        return new AmqpRetryOptions()
                .setMode(AmqpRetryMode.FIXED)
                .setDelay(Duration.ofMillis(300))
                .setMaxRetries(3)
                .setTryTimeout(TIMEOUT);
    }

    /** Waits for a result, and no longer than to the limit. */
    static <T> T await(Mono<T> result) {
        return Objects.requireNonNull(result.block(LIMIT), "the client gives a result");
    }

    /** Waits for an end, and no longer than to the limit. */
    static void awaitEnd(Mono<Void> end) {
        end.block(LIMIT);
    }
}
