package dev.persistor.core.write;

import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.PutResult;

/**
 * The confirmation that a message is durable and may be acknowledged.
 *
 * <p>Immutable.
 *
 * @param blob the blob that holds the message
 * @param index the message's place in the blob, from 0
 * @param result whether this call wrote the blob or found it there
 */
public record Receipt(BlobName blob, int index, PutResult result) {}
