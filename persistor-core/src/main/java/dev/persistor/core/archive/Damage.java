package dev.persistor.core.archive;

import dev.persistor.core.store.BlobName;

/**
 * A blob that could not be read, or not whole. What is whole in it was read.
 *
 * <p>Immutable.
 *
 * @param blob the blob
 * @param reason what is wrong and where; holds no payload
 */
public record Damage(BlobName blob, String reason) {}
