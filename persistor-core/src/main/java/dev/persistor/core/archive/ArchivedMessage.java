package dev.persistor.core.archive;

import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobName;

/**
 * A message and where it is archived.
 *
 * <p>Immutable.
 *
 * @param message the message; empty in payload where only its description was asked for
 * @param blob the blob that holds it
 * @param index its place in the blob, from 0
 */
public record ArchivedMessage(Message message, BlobName blob, int index) {

    /** Returns what names the message's place: {@code BLOB#INDEX}. */
    public String place() {
        return blob + "#" + index;
    }
}
