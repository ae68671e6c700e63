package dev.persistor.core.format;

import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobDamagedException;
import dev.persistor.core.store.BlobName;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The message of a blob that holds one. Not thread-safe. */
final class SingleMessageReader extends LookAheadReader {

    private final BlobName name;
    private final Supplier<Message> message;
    private boolean read;

    SingleMessageReader(BlobName name, Supplier<Message> message) {
        this.name = name;
        this.message = message;
    }

    @Override
    protected @Nullable Message readNext() {
        if (read) {
            return null;
        }
        read = true;
        try {
            return message.get();
        } catch (BlobDamagedException e) {
            throw new FormatException(name + " is damaged. Whole messages: 0. " + e.getMessage(), e);
        }
    }
}
