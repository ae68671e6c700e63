/**
 * Publishes archived messages again. In come messages out of an archive; out go the same messages to a topic, a hub, a
 * queue or another store, each once, and a report of what became of each. What a target is lies behind
 * {@link dev.persistor.core.replay.MessagePublisher}.
 */
@NullMarked
package dev.persistor.core.replay;

import org.jspecify.annotations.NullMarked;
