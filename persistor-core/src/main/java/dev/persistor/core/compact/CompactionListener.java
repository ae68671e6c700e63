package dev.persistor.core.compact;

/**
 * Receives the progress of a compaction, on the threads that compact.
 *
 * <p>Implementations are safe for use by many threads.
 */
public interface CompactionListener {

    /** Does nothing. */
    CompactionListener NONE = new CompactionListener() {};

    /** The originals are listed: so many hours, with so many blobs that say that they are of them, are compacted from now on. */
    default void planned(long hours, long blobs) {}

    /** An hour is compacted, or could not be. */
    default void ended(SourceHour hour) {}
}
