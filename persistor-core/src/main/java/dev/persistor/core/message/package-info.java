/**
 * What Persistor archives: a {@link dev.persistor.core.message.Message} exactly as its broker delivered it. Adapters
 * build messages out of cloud events; formats turn them into blobs and back. Nothing here knows of storage.
 */
@NullMarked
package dev.persistor.core.message;

import org.jspecify.annotations.NullMarked;
