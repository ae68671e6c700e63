package dev.persistor.core.archive;

import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import java.util.Optional;

/** The offsets before a message that are no messages, as capture found when it read the partition. Thread-safe. */
public final class PassedOffsets {

    private PassedOffsets() {}

    /** Returns the offsets that a message accounts for: its own, and those that were passed over before it. */
    public static OffsetRange upTo(Message message, Position position) {
        long first = message.brokerProperties()
                .first(BrokerProperties.PASSED_FROM)
                .flatMap(PassedOffsets::number)
                .filter(from -> from >= 0 && from < position.offset())
                .orElse(position.offset());
        return new OffsetRange(first, position.offset());
    }

    private static Optional<Long> number(AttributeValue value) {
        try {
            return Optional.of(Long.valueOf(value.text()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
