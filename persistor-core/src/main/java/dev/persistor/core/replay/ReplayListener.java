package dev.persistor.core.replay;

import dev.persistor.core.archive.ArchivedMessage;

/**
 * Is told what becomes of each message of a replay, on the thread that runs it. What it throws ends the replay.
 *
 * <p>Implementations need not be thread-safe.
 */
public interface ReplayListener {

    /** The target has a message. */
    default void published(ArchivedMessage message, Published answer) {}

    /** The target did not take a message, or its answer was lost. */
    default void failed(ArchivedMessage message, PublishException failure) {}

    /** A message was published already, or is another copy of one. */
    default void skipped(ArchivedMessage message) {}
}
