package dev.persistor.core.archive;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The totals of an archive.
 *
 * <p>Immutable.
 *
 * @param blobs how many blobs hold the messages
 * @param storedBytes the bytes of these blobs as they are stored
 * @param sources what there is of each source, by its name
 * @param findings blobs that could not be read, or not whole
 */
public record ArchiveStatistics(
        long blobs, long storedBytes, Map<String, SourceStatistics> sources, List<Finding> findings) {

    /**
     * The totals of a source.
     *
     * <p>Immutable.
     *
     * @param messages how many messages, other copies included
     * @param payloadBytes the bytes of their payloads
     * @param first the earliest publish time
     * @param last the latest
     * @param step how long each step of {@code counts} is
     * @param counts how many messages were published in each step that has any, by the step's start
     */
    public record SourceStatistics(
            long messages, long payloadBytes, Instant first, Instant last, Duration step, Map<Instant, Long> counts) {}

    /** Returns how many messages there are in all. */
    public long messages() {
        return sources.values().stream().mapToLong(SourceStatistics::messages).sum();
    }

    /** Returns the bytes of all payloads. */
    public long payloadBytes() {
        return sources.values().stream()
                .mapToLong(SourceStatistics::payloadBytes)
                .sum();
    }
}
