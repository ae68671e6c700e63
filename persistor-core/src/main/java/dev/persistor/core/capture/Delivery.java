package dev.persistor.core.capture;

import dev.persistor.core.message.Message;
import dev.persistor.core.write.RejectedEvent;
import java.util.List;

/**
 * What one invocation of an entry point brings: the messages that were understood, and the events that were not.
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
