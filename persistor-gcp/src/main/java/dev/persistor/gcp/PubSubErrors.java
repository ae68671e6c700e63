package dev.persistor.gcp;

import com.google.api.gax.rpc.StatusCode;
import dev.persistor.core.replay.PublishException;
import io.grpc.Status;
import java.util.Set;

/** Translates what Google's client for Pub/Sub throws. Its own texts may quote messages, and stay in the cause. */
final class PubSubErrors {

    /** What may be over a moment later, as Google's own publisher sees it. */
    private static final Set<StatusCode.Code> RETRYABLE = Set.of(
            StatusCode.Code.ABORTED,
            StatusCode.Code.CANCELLED,
            StatusCode.Code.DEADLINE_EXCEEDED,
            StatusCode.Code.INTERNAL,
            StatusCode.Code.RESOURCE_EXHAUSTED,
            StatusCode.Code.UNKNOWN,
            StatusCode.Code.UNAVAILABLE);

    private PubSubErrors() {}

    static Set<StatusCode.Code> retryable() {
        return RETRYABLE;
    }

    /**
     * Translates a failure.
     *
     * @param what what was tried, such as {@code publish to TOPIC}
     */
    static PublishException translate(String what, RuntimeException failure) {
        Status.Code code = Status.fromThrowable(failure).getCode();
        return new PublishException(
                what + ": Pub/Sub answers " + code + advice(code),
                RETRYABLE.contains(StatusCode.Code.valueOf(code.name())),
                failure);
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
