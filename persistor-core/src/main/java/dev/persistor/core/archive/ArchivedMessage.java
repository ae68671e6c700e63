package dev.persistor.core.archive;

import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobName;
import java.util.Optional;

/**
 * A message and where it is archived.
 *
 * <p>Immutable.
 *
 * @param message the message; empty in payload where only its description was asked for
 * @param blob the blob that holds it
 * @param index its place in the blob, from 0
 * @param failure why a replay could not publish it, if the blob keeps it for that reason
 */
public record ArchivedMessage(Message message, BlobName blob, int index, Optional<FailureNote> failure) {

    /** Makes an archived message that is not kept because a replay could not publish it. */
    public ArchivedMessage(Message message, BlobName blob, int index) {
        this(message, blob, index, Optional.empty());
    }

    /** Returns what names the message's place: {@code BLOB#INDEX}. */
    public String place() {
        return blob + "#" + index;
    }
}
