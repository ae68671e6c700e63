/**
 * Where blobs live. A {@link dev.persistor.core.store.BlobSink} writes a blob once and never again; a
 * {@link dev.persistor.core.store.BlobSource} lists and opens what is there. Validation, metadata encoding and the
 * decision between "already there" and "collision" are made here once, so that a cloud's store is only a driver.
 */
@NullMarked
package dev.persistor.core.store;

import org.jspecify.annotations.NullMarked;
