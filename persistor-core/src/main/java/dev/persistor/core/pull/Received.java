package dev.persistor.core.pull;

import dev.persistor.core.message.Message;
import dev.persistor.core.write.RejectedEvent;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One delivery of a broker that waits to hear of it: a message, or what cannot be understood.
 *
 * <p>Immutable.
 *
 * @param <H> what names a delivery
 */
public final class Received<H> {

    private final H delivery;
    private final @Nullable Message message;
    private final @Nullable RejectedEvent rejected;

    private Received(H delivery, @Nullable Message message, @Nullable RejectedEvent rejected) {
        this.delivery = delivery;
        this.message = message;
        this.rejected = rejected;
    }

    /** Returns the delivery of a message. */
    public static <H> Received<H> of(H delivery, Message message) {
        return new Received<>(delivery, message, null);
    }

    /** Returns the delivery of what cannot be understood. */
    public static <H> Received<H> of(H delivery, RejectedEvent rejected) {
        return new Received<>(delivery, null, rejected);
    }

    /** Returns what names the delivery. */
    public H delivery() {
        return delivery;
    }

    Optional<Message> message() {
        return Optional.ofNullable(message);
    }

    Optional<RejectedEvent> rejected() {
        return Optional.ofNullable(rejected);
    }

    /** Returns how many bytes its payload has. */
    long bytes() {
        if (message != null) {
            return message.payloadSize();
        }
        return rejected == null ? 0 : rejected.content().remaining();
    }
}
