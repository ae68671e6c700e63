package dev.persistor.core.compact;

import dev.persistor.core.archive.Finding;
import java.util.List;

/**
 * The result for an hour.
 *
 * <p>Immutable.
 *
 * @param counts what was read and written
 * @param findings what could not be read of the originals
 * @param failures why the hour is not compacted, apart from that
 */
record HourResult(Counts counts, List<Finding> findings, List<String> failures) {

    /**
     * The counts of messages and blobs read and written.
     *
     * @param messages how many messages were read
     * @param copies how many of them are copies of others that were read
     * @param stored how many were in the target before
     * @param written how many were written
     * @param blobs how many blobs were written, or found as they would have been written
     * @param bytes how many bytes these have
     */
    record Counts(long messages, long copies, long stored, long written, long blobs, long bytes) {

        static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0);

        Counts plus(Counts other) {
            return new Counts(
                    messages + other.messages,
                    copies + other.copies,
                    stored + other.stored,
                    written + other.written,
                    blobs + other.blobs,
                    bytes + other.bytes);
        }
    }

    HourResult {
        findings = List.copyOf(findings);
        failures = List.copyOf(failures);
    }

    static HourResult failed(String why) {
        return new HourResult(Counts.NONE, List.of(), List.of(why));
    }

    /** Tells whether all messages of the originals are in the target. */
    boolean isComplete() {
        return failures.isEmpty() && findings.stream().noneMatch(Finding::hidesMessages);
    }
}
