/**
 * The core of Persistor. Start at one of these:
 *
 * <ul>
 *   <li>{@link dev.persistor.core.write.Persistor} makes messages durable as blobs of a store;
 *   <li>{@link dev.persistor.core.archive.Archive} lists, reads and verifies what was archived;
 *   <li>{@link dev.persistor.core.replay.Replay} publishes archived messages again;
 *   <li>{@link dev.persistor.core.capture.Capture} is what functions and feeds use: a Persistor that is set up by settings, with the
 *       rules for events that cannot be kept as messages.
 * </ul>
 *
 * <p>The packages form layers, and each imports from lower layers only: pull; capture and replay; write, archive and config; format
 * and naming; store; message and batch; log.
 */
@NullMarked
package dev.persistor.core;

import org.jspecify.annotations.NullMarked;
