package dev.persistor.core.capture;

import dev.persistor.core.message.Message;
import dev.persistor.core.write.RejectedEvent;
import java.util.List;

/**
 * The input of one invocation of an entry point: valid messages, and rejected events.
 *
 * <p>Immutable.
 *
 * @param messages what is to be persisted
 * @param rejected what is to be {@linkplain Capture#reject rejected}
 */
public record Delivery(List<Message> messages, List<RejectedEvent> rejected) {

    /** Keeps its own copies of the lists. */
    public Delivery {
        messages = List.copyOf(messages);
        rejected = List.copyOf(rejected);
    }

    /** Returns a delivery of one message. */
    public static Delivery of(Message message) {
        return new Delivery(List.of(message), List.of());
    }

    /** Returns a delivery of one event that cannot be understood. */
    public static Delivery of(RejectedEvent event) {
        return new Delivery(List.of(), List.of(event));
    }
}
