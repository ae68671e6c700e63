package dev.persistor.core.replay;

import dev.persistor.core.message.Position;
import java.util.Optional;

/**
 * A target's confirmation of a message.
 *
 * <p>Immutable.
 *
 * @param id the id that the target gave, empty where it gives none (Event Hubs and Service Bus tell senders nothing)
 * @param position the new place in the target's log, empty where the target does not tell it
 */
public record Published(Optional<String> id, Optional<Position> position) {

    /** Returns the answer of a target that gives ids. */
    public static Published as(String id) {
        return new Published(Optional.of(id), Optional.empty());
    }

    /** Returns the answer of a target that tells the place of a message; the id is {@code PARTITION-OFFSET}. */
    public static Published at(Position position) {
        return new Published(Optional.of(position.partition() + "-" + position.offset()), Optional.of(position));
    }

    /** Returns the answer of a target that gives no ids. */
    public static Published withoutId() {
        return new Published(Optional.empty(), Optional.empty());
    }
}
