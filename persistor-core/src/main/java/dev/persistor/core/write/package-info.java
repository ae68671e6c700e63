/**
 * Makes messages durable. Messages come in through a {@link dev.persistor.core.write.Persistor}, which names and encodes them and
 * puts blobs into a sink: one a message, one a batch that callers share (group commit), or the next batch of a log. Receipts go out
 * when the blobs are durable.
 */
@NullMarked
package dev.persistor.core.write;

import org.jspecify.annotations.NullMarked;
