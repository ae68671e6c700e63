package dev.persistor.core.replay;

import dev.persistor.core.archive.DigestTable;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a checkpoint said of messages and blobs when it was opened. The digests are in {@link DigestTable}s, so that their number is
 * not bounded by memory.
 *
 * <p>Not thread-safe.
 */
final class CheckpointNotes implements AutoCloseable {

    /** A digest of a message. */
    record Digest128(long high, long low) {

        /** The number of bytes of SHA-256 in a digest. */
        static final int BYTES = 16;

        private static final int HALF = 16;

        /**
         * Reads a digest.
         *
         * @throws IllegalArgumentException if it is no hexadecimal text
         * @throws IndexOutOfBoundsException if it has fewer than 32 digits
         */
        static Digest128 of(String hex) {
            return new Digest128(
                    HexFormat.fromHexDigitsToLong(hex, 0, HALF), HexFormat.fromHexDigitsToLong(hex, HALF, 2 * HALF));
        }
    }

    private final DigestTable published = new DigestTable(0);
    /** With the number of acceptances that came before the failure. */
    private final DigestTable failed = new DigestTable(1);
    /** Those of which an answer was lost, unless they were published later. */
    private final DigestTable maybeOut = new DigestTable(0);
    /** Handed over, and no outcome so far: no more than were under way at a time, for each kill. */
    private final Set<Digest128> pending = new HashSet<>();
    /** The unreadable blobs by name, with whether they were accepted. */
    private final Map<String, Boolean> unreadable = new LinkedHashMap<>();

    private final CheckpointTransactions transactions = new CheckpointTransactions();
    private String id = "";

    private long acceptances;
    private long failures;
    /** Those of the failed messages that the current pass has met. */
    private DigestTable met = new DigestTable(0);

    private long metCount;

    void begun(Digest128 digest) {
        if (!pending.add(digest)) {
            // An earlier run was killed before it heard of the first attempt, which may have arrived whatever becomes
            // of this one.
            maybeOut.add(digest.high, digest.low);
        }
    }

    void published(Digest128 digest) {
        transactions.settled(digest);
        addPublished(digest);
    }

    private void addPublished(Digest128 digest) {
        pending.remove(digest);
        boolean isNew = published.add(digest.high, digest.low);
        if (isNew && isFailed(digest)) {
            failures--;
        }
    }

    void failed(Digest128 digest, boolean mayHaveArrived) {
        transactions.settled(digest);
        pending.remove(digest);
        if (mayHaveArrived) {
            maybeOut.add(digest.high, digest.low);
        }
        if (failed.add(digest.high, digest.low, acceptances)) {
            failures++;
        }
    }

    void takenBack(Digest128 digest) {
        pending.remove(digest);
    }

    /** The messages of a transaction are published. */
    void committed(long number) {
        transactions.committed(number).forEach(this::addPublished);
    }

    /** The target has forgotten whether the messages of a transaction are published. */
    void transactionUnknown() {
        transactions.open().forEach(digest -> maybeOut.add(digest.high, digest.low));
        transactions.rolledBack();
    }

    CheckpointTransactions transactions() {
        return transactions;
    }

    /** Returns the id of the checkpoint; empty where it has none. */
    String id() {
        return id;
    }

    void id(String text) {
        id = text;
    }

    void accepted() {
        acceptances++;
        failures = 0;
        unreadable.replaceAll((blob, accepted) -> true);
    }

    void unreadable(String blob) {
        unreadable.putIfAbsent(blob, false);
    }

    void readable(String blob) {
        unreadable.remove(blob);
    }

    private boolean isFailed(Digest128 digest) {
        return failed.get(digest.high, digest.low)
                .filter(row -> row[0] == acceptances)
                .isPresent();
    }

    boolean isPublished(Digest128 digest) {
        return published.contains(digest.high, digest.low);
    }

    /** Returns what became of a message that was not published, and counts it among those that were met. */
    Checkpoint.Standing meet(Digest128 digest) {
        if (failed.size() == 0 || !failed.contains(digest.high, digest.low)) {
            return Checkpoint.Standing.NEW;
        }
        if (!isFailed(digest)) {
            return Checkpoint.Standing.ACCEPTED;
        }
        if (met.add(digest.high, digest.low)) {
            metCount++;
        }
        return Checkpoint.Standing.FAILED;
    }

    boolean mayBeOut(Digest128 digest) {
        return pending.contains(digest) || maybeOut.contains(digest.high, digest.low);
    }

    void startPass() {
        met.close();
        met = new DigestTable(0);
        metCount = 0;
    }

    /** Returns how many failed messages were not published, accepted or met. */
    long failuresNotMet() {
        return failures - metCount;
    }

    /** Returns the blobs that could not be read, with whether that was accepted. */
    Map<String, Boolean> unreadable() {
        return unreadable;
    }

    @Override
    public void close() {
        Stream.of(published, failed, maybeOut, met).forEach(DigestTable::close);
    }
}
