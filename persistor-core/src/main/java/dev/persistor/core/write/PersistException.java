package dev.persistor.core.write;

import dev.persistor.core.log.FailureText;
import dev.persistor.core.log.SafeText;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobStoreException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Some messages may not be durable, and must not be acknowledged. Those that are not among the {@link #failures()} are
 * durable.
 */
public final class PersistException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int NAMED_IN_MESSAGE = 5;

    /**
     * A message that may not be durable, and why.
     *
     * @param message the message
     * @param cause what went wrong
     */
    public record Failure(Message message, Throwable cause) {}

    private final transient List<Failure> failures;
    private final transient List<Receipt> receipts;

    PersistException(List<Failure> failures, List<Receipt> receipts) {
        super(
                SafeText.withoutSecrets(describe(failures)),
                SafeText.withoutSecrets(failures.get(0).cause()));
        this.failures = List.copyOf(failures);
        this.receipts = List.copyOf(receipts);
        failures.stream()
                .skip(1)
                .map(failure -> SafeText.withoutSecrets(failure.cause()))
                .forEach(this::addSuppressed);
    }

    private static String describe(List<Failure> failures) {
        String some = failures.stream()
                .limit(NAMED_IN_MESSAGE)
                .map(failure -> SafeText.line(
                        failure.message().source() + " " + failure.message().id()))
                .collect(Collectors.joining(", "));
        int others = failures.size() - NAMED_IN_MESSAGE;
        return failures.size() + " message(s) not persisted (" + some + (others > 0 ? " and " + others + " more" : "")
                + "): " + reason(failures.get(0).cause());
    }

    /** Returns a cause's text, or its kind where it has none. */
    static String reason(Throwable cause) {
        if (cause instanceof Error) {
            // The text of an Error alone says little: "Java heap space", or the name of a class.
            return cause.toString();
        }
        return FailureText.of(cause);
    }

    /** Returns why the first of the messages may not be durable, in words. */
    public String reason() {
        return reason(failures.get(0).cause());
    }

    /** Returns the messages that may not be durable, in the order in which they were given; at least one. */
    public List<Failure> failures() {
        return failures;
    }

    /** Returns the receipts of the messages that are durable. */
    public List<Receipt> receipts() {
        return receipts;
    }

    /**
     * Returns the first {@link Error} among what went wrong, if there is one: memory ran out, or a class is missing, and the process
     * cannot be relied on any more.
     */
    public Optional<Error> error() {
        return failures.stream()
                .map(Failure::cause)
                .filter(Error.class::isInstance)
                .map(Error.class::cast)
                .findFirst();
    }

    /** Tells whether trying again can help with all of the failures. */
    public boolean isRetryable() {
        return failures.stream()
                .allMatch(failure -> failure.cause() instanceof BlobStoreException e && e.isRetryable());
    }
}
