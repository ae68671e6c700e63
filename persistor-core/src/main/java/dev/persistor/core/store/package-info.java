/**
 * Where blobs are stored. A {@link dev.persistor.core.store.BlobSink} writes a blob once and never again; a
 * {@link dev.persistor.core.store.BlobSource} lists and opens the blobs that exist. A {@link
 * dev.persistor.core.store.BlobStore} does what is the same for every service, retries included, over a small
 * {@link dev.persistor.core.store.BlobDriver}.
 */
@NullMarked
package dev.persistor.core.store;

import org.jspecify.annotations.NullMarked;
