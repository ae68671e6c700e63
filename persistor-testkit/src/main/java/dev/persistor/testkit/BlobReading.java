package dev.persistor.testkit;

import dev.persistor.core.format.FormatException;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What came of reading a blob to its end: the messages that it gave, and the damage that was reported. */
record BlobReading(List<Message> messages, Optional<FormatException> damage) {

    /**
     * Reads until there is no more.
     *
     * @throws AssertionError if anything is given or reported after damage was
     */
    static BlobReading of(Supplier<MessageReader> opening) {
        List<Message> messages = new ArrayList<>();
        try (MessageReader reader = opening.get()) {
            try {
                reader.forEachRemaining(messages::add);
            } catch (FormatException e) {
                requireEnd(reader);
                return new BlobReading(messages, Optional.of(e));
            }
        } catch (FormatException e) {
            return new BlobReading(messages, Optional.of(e));
        }
        return new BlobReading(messages, Optional.empty());
    }

    private static void requireEnd(MessageReader reader) {
        try {
            if (reader.hasNext()) {
                throw new AssertionError("a message comes after the damage was reported");
            }
        } catch (FormatException e) {
            throw new AssertionError("damage is reported twice", e);
        }
    }
}
