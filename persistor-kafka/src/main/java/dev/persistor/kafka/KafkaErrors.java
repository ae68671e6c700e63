package dev.persistor.kafka;

import dev.persistor.core.log.Causes;
import dev.persistor.core.log.FailureText;
import dev.persistor.core.replay.PublishException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionAbortedException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.protocol.Errors;

/** Translates failures of Kafka's clients for a replay. Thread-safe. */
final class KafkaErrors {

    private KafkaErrors() {}

    /**
     * Translates a failure.
     *
     * @param what what was tried on what, such as {@code publish to kafka://host:9092/orders}
     */
    static PublishException translate(String what, Throwable failure) {
        Throwable cause = Causes.unwrapped(failure);
        return cause instanceof PublishException known
                ? known
                : new PublishException(what + ": " + reason(cause), isRetryable(cause), cause);
    }

    /** A producer waits for a topic that does not exist before it says so. */
    private static boolean isRetryable(Throwable cause) {
        return !isRefusal(cause) && !(cause instanceof UnknownTopicOrPartitionException);
    }

    /** Tells whether the brokers, or the client for them, refused a record for good: it is not there. */
    static boolean isRefusal(Throwable cause) {
        return cause instanceof ApiException
                && !(cause instanceof RetriableException
                        || cause instanceof TransactionAbortedException
                        || isFenced(cause));
    }

    private static boolean isFenced(Throwable cause) {
        return cause instanceof ProducerFencedException || cause instanceof InvalidProducerEpochException;
    }

    /**
     * Returns the reason why no client can be made, if it is the address of the brokers: a client looks up their names when it is
     * made.
     */
    static Optional<String> unresolved(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof ConfigException
                    && String.valueOf(each.getMessage()).startsWith("No resolvable bootstrap")) {
                return Optional.of(
                        "none of the brokers' host names can be resolved; check the address, the DNS and the network");
            }
        }
        return Optional.empty();
    }

    /** Waits for an answer that its client bounds in time. */
    static <T> T await(Future<T> answer, String what) {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw translate(what, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PublishException(what + ": interrupted", true, e);
        }
    }

    private static String reason(Throwable cause) {
        if (cause instanceof TimeoutException) {
            return "no broker answered in time (" + cause.getMessage()
                    + "); check the address, the network and the brokers";
        }
        if (cause instanceof SslAuthenticationException) {
            return FailureText.of(cause);
        }
        if (cause instanceof AuthenticationException) {
            return "the brokers refuse the credentials (" + cause.getMessage() + "); check "
                    + KafkaSettings.PROPERTIES.name();
        }
        if (isFenced(cause)) {
            return "another replay of the same messages to the same target has started; only one may run at a time";
        }
        if (cause instanceof UnknownTopicOrPartitionException) {
            return "the topic or partition does not exist; create it first";
        }
        String text = code(cause) + cause.getMessage();
        return cause instanceof AuthorizationException ? text + "; grant this user the permission" : text;
    }

    /** Returns the broker's code for a failure, such as {@code INVALID_TIMESTAMP: }; nothing for what has none. */
    private static String code(Throwable cause) {
        Errors error = Errors.forException(cause);
        return error == Errors.UNKNOWN_SERVER_ERROR ? "" : error.name() + ": ";
    }
}
