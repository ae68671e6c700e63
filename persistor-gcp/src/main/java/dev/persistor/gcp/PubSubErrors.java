package dev.persistor.gcp;

import com.google.api.gax.rpc.StatusCode;
import dev.persistor.core.log.FailureText;
import dev.persistor.core.pull.PullException;
import dev.persistor.core.replay.PublishException;
import io.grpc.Status;
import java.util.Set;

/** Translates what Google's client for Pub/Sub throws. Its own texts may quote messages, and stay in the cause. */
final class PubSubErrors {

    /** The temporary errors, as in Google's own publisher. */
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
                what + ": " + answer(failure, code) + advice(code),
                RETRYABLE.contains(StatusCode.Code.valueOf(code.name())),
                failure);
    }

    /**
     * Translates a failure to ask a subscription, or to tell it something.
     *
     * @param what what was tried, such as {@code pull from SUBSCRIPTION}
     */
    static PullException pullFailed(String what, RuntimeException failure) {
        Status.Code code = Status.fromThrowable(failure).getCode();
        return new PullException(
                explained(what, failure, code), RETRYABLE.contains(StatusCode.Code.valueOf(code.name())), failure);
    }

    /** Translates what a stream ended with that its client does not open again. */
    static PullException streamFailed(String what, Throwable failure) {
        return new PullException(
                explained(what, failure, Status.fromThrowable(failure).getCode()), false, failure);
    }

    /** The client gives a code of its own when nothing answers. */
    private static String answer(Throwable failure, Status.Code code) {
        return FailureText.ofPlatform(failure).orElse("Pub/Sub answers " + code);
    }

    private static String explained(String what, Throwable failure, Status.Code code) {
        String advice = switch (code) {
            case NOT_FOUND -> "; the subscription does not exist";
            case PERMISSION_DENIED -> "; grant the identity roles/pubsub.subscriber on the subscription";
            case FAILED_PRECONDITION -> "; a push or export subscription cannot be pulled";
            default -> advice(code);
        };
        return what + ": " + answer(failure, code) + advice;
    }

    /** Tells whether a call had no answer in time. */
    static boolean isTimeOut(Throwable failure) {
        return Status.fromThrowable(failure).getCode() == Status.Code.DEADLINE_EXCEEDED;
    }

    private static String advice(Status.Code code) {
        return switch (code) {
            case NOT_FOUND -> "; the topic does not exist";
            case PERMISSION_DENIED -> "; grant the identity roles/pubsub.publisher on the topic";
            case UNAUTHENTICATED -> "; the credentials are not valid";
            default -> "";
        };
    }
}
