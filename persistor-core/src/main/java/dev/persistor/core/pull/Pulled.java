package dev.persistor.core.pull;

import dev.persistor.core.RejectedEvent;
import dev.persistor.core.message.Message;
import java.util.Optional;

/**
 * One delivery of a broker that waits to hear of it: a message, or what cannot be understood.
 *
 * <p>Immutable.
 *
 * @param <H> what names a delivery
 */
public final class Pulled<H> {

    private final H delivery;
    private final Optional<Message> message;
    private final Optional<RejectedEvent> rejected;

    private Pulled(H delivery, Optional<Message> message, Optional<RejectedEvent> rejected) {
        this.delivery = delivery;
        this.message = message;
        this.rejected = rejected;
    }

    /** Returns the delivery of a message. */
    public static <H> Pulled<H> of(H delivery, Message message) {
        return new Pulled<>(delivery, Optional.of(message), Optional.empty());
    }

    /** Returns the delivery of what cannot be understood. */
    public static <H> Pulled<H> of(H delivery, RejectedEvent rejected) {
        return new Pulled<>(delivery, Optional.empty(), Optional.of(rejected));
    }

    H delivery() {
        return delivery;
    }

    Optional<Message> message() {
        return message;
    }

    Optional<RejectedEvent> rejected() {
        return rejected;
    }

    /** Returns how many bytes its payload has. */
    long bytes() {
        return message.map(Message::payloadSize)
                .or(() -> rejected.map(event -> event.content().remaining()))
                .orElse(0);
    }
}
