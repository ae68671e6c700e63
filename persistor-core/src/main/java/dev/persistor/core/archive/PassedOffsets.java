package dev.persistor.core.archive;

import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import java.util.Optional;

/** The offsets before a message that are no messages, as capture found when it read the partition. */
final class PassedOffsets {

    private PassedOffsets() {}

    /** Returns them, if there are any. */
    static Optional<OffsetRange> before(Message message) {
        Optional<Long> last = message.position().map(Position::offset).map(offset -> offset - 1);
        return message.brokerProperties()
                .first(BrokerProperties.PASSED_FROM)
                .flatMap(PassedOffsets::number)
                .flatMap(first -> last.filter(offset -> first >= 0 && first <= offset)
                        .map(offset -> new OffsetRange(first, offset)));
    }

    private static Optional<Long> number(AttributeValue value) {
        try {
            return Optional.of(Long.valueOf(value.text()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
