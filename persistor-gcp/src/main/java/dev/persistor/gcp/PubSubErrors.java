package dev.persistor.gcp;

import com.google.common.base.Throwables;
import dev.persistor.core.replay.PublishException;
import io.grpc.Status;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;

/** Translates what Google's client for Pub/Sub throws. Its own texts may quote messages, and stay in the cause. */
final class PubSubErrors {

    /** What the client itself retries. */
    private static final Set<Status.Code> RETRYABLE = EnumSet.of(
            Status.Code.ABORTED,
            Status.Code.CANCELLED,
            Status.Code.DEADLINE_EXCEEDED,
            Status.Code.INTERNAL,
            Status.Code.RESOURCE_EXHAUSTED,
            Status.Code.UNKNOWN,
            Status.Code.UNAVAILABLE);

    private PubSubErrors() {}

    static boolean isRetryable(Status.Code code) {
        return RETRYABLE.contains(code);
    }

    /**
     * Translates the failure of a message.
     *
     * @param key the message's ordering key, or an empty text
     */
    static PublishException translate(String topic, String key, Throwable failure) {
        // The client's way to say that an earlier message of the key failed; no call has been made.
        if (failure instanceof CancellationException && !key.isEmpty()) {
            return PublishException.afterFailureOf(key);
        }
        Status.Code code = code(failure);
        return new PublishException(
                "publish to " + topic + ": Pub/Sub answers " + code + advice(code), isRetryable(code), failure);
    }

    private static Status.Code code(Throwable failure) {
        Optional<RetryBudget.GaveUpException> gaveUp = Throwables.getCausalChain(failure).stream()
                .filter(RetryBudget.GaveUpException.class::isInstance)
                .map(RetryBudget.GaveUpException.class::cast)
                .findFirst();
        return gaveUp.map(RetryBudget.GaveUpException::last)
                .orElseGet(() -> Status.fromThrowable(failure).getCode());
    }

    private static String advice(Status.Code code) {
        return switch (code) {
            case NOT_FOUND -> "; there is no such topic";
            case PERMISSION_DENIED -> "; the identity needs the role roles/pubsub.publisher on the topic";
            case UNAUTHENTICATED -> "; the credentials are not valid";
            default -> "";
        };
    }
}
