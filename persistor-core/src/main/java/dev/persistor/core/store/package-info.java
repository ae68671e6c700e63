/**
 * Where blobs are stored. A {@link dev.persistor.core.store.BlobSink} writes a blob once and never again; a
 * {@link dev.persistor.core.store.BlobSource} lists and opens the blobs that exist. {@link
 * dev.persistor.core.store.PortableBlobStore} does what is the same for every service, over a small
 * {@link dev.persistor.core.store.BlobDriver}; {@link dev.persistor.core.store.RetryingBlobStore} retries.
 */
@NullMarked
package dev.persistor.core.store;

import org.jspecify.annotations.NullMarked;
