package dev.persistor.core.write;

import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobName;
import java.util.Optional;

/**
 * Finds the originals of replayed messages in the archive.
 *
 * <p>Implementations are safe for use by many threads.
 */
@FunctionalInterface
public interface Originals {

    /** Returns the blob that holds the message's original, if the message was replayed and its original is archived. */
    Optional<BlobName> of(Message message);
}
