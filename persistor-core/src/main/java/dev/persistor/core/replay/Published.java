package dev.persistor.core.replay;

import java.util.Optional;

/**
 * What a target said of a message that it has.
 *
 * <p>Immutable.
 *
 * @param id the id that the target gave, empty where it gives none (Event Hubs and Service Bus tell senders nothing)
 */
public record Published(Optional<String> id) {

    /** Returns the answer of a target that gives ids. */
    public static Published as(String id) {
        return new Published(Optional.of(id));
    }

    /** Returns the answer of a target that gives no ids. */
    public static Published withoutId() {
        return new Published(Optional.empty());
    }
}
