/**
 * Merges single messages and small batches of an archive into batches in another store, hour by hour. In come an archive and a store;
 * out come batches that were read back and compared, and a report that says which of the originals are no longer needed. Nothing here
 * deletes or changes an original.
 */
@NullMarked
package dev.persistor.core.compact;

import org.jspecify.annotations.NullMarked;
