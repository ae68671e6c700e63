package dev.persistor.azure;

import com.azure.core.amqp.exception.AmqpErrorCondition;
import com.azure.core.amqp.exception.AmqpException;
import com.azure.core.amqp.exception.OperationCancelledException;
import dev.persistor.core.log.FailureText;
import dev.persistor.core.pull.PullException;
import dev.persistor.core.replay.PublishException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Translates the failures of the messaging clients. What may be tried again is what the clients themselves call transient,
 * and beyond that what may well be over later: an entity that is full, and a message that the broker released
 * or that was called off before its answer came. A failure without an answer is one of the connection or of fetching a token.
 *
 * <p>The clients' own texts hold links, ids and times; here is only AMQP's name for the reason.
 */
final class AmqpErrors {

    private static final Set<AmqpErrorCondition> OVER_LATER =
            Set.of(AmqpErrorCondition.RESOURCE_LIMIT_EXCEEDED, AmqpErrorCondition.OPERATION_CANCELLED);

    private AmqpErrors() {}

    static PublishException translate(String what, RuntimeException failure) {
        Reason reason = reason(failure, "take");
        return new PublishException(what + ": " + reason.text(), reason.isRetryable(), failure);
    }

    /**
     * Translates a failure to receive, or to tell the broker something.
     *
     * @throws Error if an {@link Error} is behind it, which Reactor hands on as any other failure: trying again does not help
     */
    static PullException pullFailed(String what, Throwable failure) {
        find(Error.class, failure).ifPresent(error -> {
            throw error;
        });
        Reason reason = reason(failure, "give");
        return new PullException(what + ": " + reason.text(), reason.isRetryable(), failure);
    }

    /** The reason of a failure, and whether a retry can help. */
    private record Reason(String text, boolean isRetryable) {}

    private static Reason reason(Throwable failure, String did) {
        Optional<String> whyNoToken = AzureCredentials.whyNoToken(failure);
        if (whyNoToken.isPresent()) {
            return new Reason(whyNoToken.get(), true);
        }
        Optional<AmqpException> answered = find(AmqpException.class, failure);
        if (answered.isPresent()) {
            AmqpErrorCondition condition = answered.get().getErrorCondition();
            String text = condition == null
                    ? "the broker did not " + did + " it"
                    : "the broker answers " + condition.getErrorCondition();
            return new Reason(text, isRetryable(answered.get(), condition));
        }
        // The client has no exception of its own for amqp:not-allowed and amqp:not-implemented.
        if (find(UnsupportedOperationException.class, failure).isPresent()) {
            return new Reason("the broker answers that this is not permitted", false);
        }
        if (find(IllegalArgumentException.class, failure).isPresent()) {
            return new Reason("the client refuses it", false);
        }
        return new Reason(
                FailureText.ofPlatform(failure)
                        .orElse("no answer; check the address, the network and whether the namespace exists"),
                true);
    }

    private static boolean isRetryable(AmqpException failure, @Nullable AmqpErrorCondition condition) {
        return failure.isTransient()
                || failure instanceof OperationCancelledException
                || (condition != null && OVER_LATER.contains(condition));
    }

    /** Tells whether the broker has taken nothing and asks to be left alone for a moment. */
    static boolean isThrottled(RuntimeException failure) {
        return has(failure, AmqpErrorCondition.SERVER_BUSY_ERROR);
    }

    /** Tells whether the broker has answered with this condition. */
    static boolean has(@Nullable Throwable failure, AmqpErrorCondition condition) {
        return failure != null
                && find(AmqpException.class, failure)
                        .filter(answered -> answered.getErrorCondition() == condition)
                        .isPresent();
    }

    /** The clients wrap each other's failures, and Reactor those of the last attempt. */
    private static <T extends Throwable> Optional<T> find(Class<T> type, Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return Optional.of(type.cast(cause));
            }
        }
        return Optional.empty();
    }
}
