package dev.persistor.core.replay;

import dev.persistor.core.archive.ArchivedMessage;

/**
 * Receives the outcome of each message of a replay once, on the thread that runs it. An exception ends the replay.
 *
 * <p>Implementations need not be thread-safe.
 */
public interface ReplayListener {

    /** The target has a message. */
    default void published(ArchivedMessage message, Published answer) {}

    /** The target did not take a message, its answer was lost, or the message was held back behind one that failed. */
    default void failed(ArchivedMessage message, PublishException failure) {}

    /** A message was published already, is another copy of one, or failed in an earlier run and was accepted as failed. */
    default void skipped(ArchivedMessage message) {}

    /** A message was left out by an exclusion, which is given as a file of exclusions has it. */
    default void excluded(ArchivedMessage message, String exclusion) {}

    /** The replay ended before a message had an outcome. */
    default void postponed(ArchivedMessage message) {}
}
