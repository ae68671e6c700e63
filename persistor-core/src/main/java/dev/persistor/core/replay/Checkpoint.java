package dev.persistor.core.replay;

import dev.persistor.core.replay.CheckpointNotes.Digest128;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.PercentEncoding;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Tells what became of the messages of a replay, so that the next run with it publishes the others. A line
 * {@code >DIGEST} is written before a message is handed to the target. When its outcome is known, a second line follows:
 *
 * <ul>
 *   <li>{@code =DIGEST}: the target has the message. It is not published again.
 *   <li>{@code !DIGEST}: the message failed, and the target does not have it. It is tried again.
 *   <li>{@code ?DIGEST}: the message failed, and the target may have it all the same. It is tried again.
 *   <li>{@code <DIGEST}: the message was not sent, because the run ended first. It is tried again.
 * </ul>
 *
 * <p>So the messages that may go out a second time are exactly those with {@code ?}, and those with {@code >} and no second line:
 * after a kill, never more than were under way at a time. Further lines name blobs that could not be read, and say that all failures
 * noted so far are accepted.
 *
 * <p>Messages that are published in transactions have a line {@code sent} with their new place behind that of their transaction in place
 * of {@code >}; a line says that it is committed. {@link TransactionalDelivery} says in which order.
 *
 * <p>In a file, lines are in the operating system's hands before the next step: they outlive the process. They are forced to the disk
 * when the replay ends; when the machine itself stops, some of the last may be lost, and their messages go out twice.
 *
 * <p>In a store, lines are collected and written as blobs. The line {@code >} of a message is durable before the message is handed over,
 * and no more messages have such a line and no durable outcome than may be under way at a time. So what goes out twice is named there,
 * too, also when the machine stops.
 *
 * <p>Not thread-safe.
 */
public final class Checkpoint implements AutoCloseable {

    /** The outcome of a message in an earlier run. */
    enum Standing {
        NEW,
        PUBLISHED,
        FAILED,
        ACCEPTED
    }

    static final char BEGUN = '>';
    static final char PUBLISHED = '=';
    static final char REFUSED = '!';
    static final char UNKNOWN = '?';
    static final char TAKEN_BACK = '<';
    /** A mark, a digest, and the end of the line. */
    static final int DIGEST_LINE = 34;

    static final String ACCEPTED = "accepted";
    static final String UNREADABLE = "unreadable";
    static final String READABLE = "readable";
    static final String ID = "id";
    static final String TRANSACTION = "transaction";
    static final String SENT = "sent";
    static final String COMMITTED = "committed";
    static final String ROLLED_BACK = "rolled-back";

    /** The number says what the lines mean and what the digests cover. */
    private static final String FIRST_LINE = "persistor-checkpoint 3 ";

    private static final String ANY_VERSION = "persistor-checkpoint ";
    private static final PercentEncoding NAMES = PercentEncoding.keepingVisibleAscii();

    private final CheckpointLines lines;
    private final CheckpointNotes notes;

    private Checkpoint(CheckpointLines lines, CheckpointNotes notes) {
        this.lines = lines;
        this.notes = notes;
    }

    /**
     * Opens a checkpoint in a file, or begins it where there is no file. Where nothing is noted, closing deletes the file that it began.
     *
     * @param replay what is replayed and to where, in one line: a file is of one replay only
     * @throws IllegalArgumentException if the file is no checkpoint, or that of another replay, or one that is going on
     * @throws UncheckedIOException if it cannot be read or written
     */
    public static Checkpoint open(Path path, String replay) {
        try {
            return open(FileLines.open(path), replay);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use the checkpoint " + path, e);
        }
    }

    /**
     * Opens a checkpoint in a store, or begins it where there is none. Nothing is written before there is something to note.
     *
     * @param store stays its opener's to close
     * @param folder what the names of the checkpoint's blobs begin with: empty, or ending in {@code /}
     * @param replay what is replayed and to where, in one line: a checkpoint is of one replay only
     * @throws IllegalArgumentException if the blobs are no checkpoint, or damaged, or of another replay
     * @throws dev.persistor.core.store.BlobStoreException if they cannot be read
     */
    public static Checkpoint open(BlobStore store, String folder, String replay) {
        StoreLines lines = new StoreLines(store, folder);
        try {
            return open(lines, replay);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use the checkpoint " + lines.name(), e);
        }
    }

    private static Checkpoint open(CheckpointLines lines, String replay) throws IOException {
        CheckpointNotes notes = new CheckpointNotes();
        Checkpoint checkpoint = new Checkpoint(lines, notes);
        try {
            checkpoint.read(FIRST_LINE + replay.replace('\n', ' '));
            return checkpoint;
        } catch (IOException | RuntimeException e) {
            notes.close();
            lines.close();
            throw e;
        }
    }

    private void read(String firstLine) throws IOException {
        try (InputStream earlier = lines.read()) {
            CheckpointReader reader = new CheckpointReader(lines.name(), earlier, notes);
            Optional<String> first = reader.firstLine();
            if (first.isEmpty()) {
                lines.begin(firstLine + "\n");
            } else {
                requireSame(firstLine, first.get());
                lines.resume(reader.rest());
            }
        }
    }

    private void requireSame(String expected, String actual) {
        if (actual.startsWith(ANY_VERSION) && !actual.startsWith(FIRST_LINE)) {
            throw new IllegalArgumentException(
                    lines.name() + " was written by another version of Persistor, which this version cannot"
                            + " read. Continue with that version, or use another checkpoint");
        }
        if (!actual.startsWith(FIRST_LINE)) {
            throw new IllegalArgumentException(lines.name() + " is not a replay checkpoint");
        }
        if (!actual.equals(expected)) {
            throw new IllegalArgumentException(lines.name() + " belongs to another replay: "
                    + actual.substring(FIRST_LINE.length()) + "; this one is " + expected.substring(FIRST_LINE.length())
                    + ". Use another checkpoint");
        }
    }

    /** Begins a pass over the archive: no failed message has been met. */
    void startPass() {
        notes.startPass();
    }

    /** Returns what earlier runs made of a message, or a copy of it. */
    Standing meet(CheckpointKey key) {
        List<Digest128> digests = key.digests();
        if (digests.stream().anyMatch(notes::isPublished)) {
            return Standing.PUBLISHED;
        }
        return digests.stream()
                .map(notes::meet)
                .filter(standing -> standing != Standing.NEW)
                .findFirst()
                .orElse(Standing.NEW);
    }

    /** Tells whether the target may have a message that no run knows to be published. */
    boolean mayBeOut(CheckpointKey key) {
        return key.digests().stream().anyMatch(notes::mayBeOut);
    }

    /** Returns how many messages failed in earlier runs, and were neither published nor accepted since, nor met in this pass. */
    long failuresNotMet() {
        return notes.failuresNotMet();
    }

    /** Returns the blobs that earlier runs could not read, and none since, with whether that was accepted. */
    Map<String, Boolean> unreadable() {
        return notes.unreadable();
    }

    void begin(CheckpointKey key) {
        append(BEGUN, key);
    }

    void published(CheckpointKey key) {
        append(PUBLISHED, key);
    }

    void failed(CheckpointKey key, boolean mayHaveArrived) {
        append(mayHaveArrived ? UNKNOWN : REFUSED, key);
    }

    void takenBack(CheckpointKey key) {
        append(TAKEN_BACK, key);
    }

    /** Accepts all failures of earlier runs, of messages and of blobs. */
    void accept() {
        append(ACCEPTED);
    }

    void unreadable(String blob) {
        append(UNREADABLE + " " + NAMES.encode(blob));
    }

    void readable(String blob) {
        append(READABLE + " " + NAMES.encode(blob));
    }

    /** Returns what tells this checkpoint from others of the same replay; it is made up once. */
    public String id() {
        if (notes.id().isEmpty()) {
            notes.id(UUID.randomUUID().toString().replace("-", ""));
            append(ID + " " + notes.id());
            flush();
        }
        return notes.id();
    }

    /**
     * Decides what became of the last transaction of an earlier run.
     *
     * @param committed the number of the transaction that the target committed last
     * @throws IllegalArgumentException if the checkpoint is older than that
     */
    void resolve(OptionalLong committed) {
        CheckpointTransactions.Fate fate = notes.transactions().fate(committed);
        if (notes.transactions().open().isEmpty()) {
            return;
        }
        switch (fate) {
            case COMMITTED -> {
                append(COMMITTED + " " + notes.transactions().last());
                notes.committed(notes.transactions().last());
            }
            case ROLLED_BACK -> {
                append(ROLLED_BACK + " " + notes.transactions().last());
                notes.transactions().rolledBack();
            }
            case UNKNOWN -> notes.transactionUnknown();
        }
    }

    /** Notes on the disk which messages a transaction is about to commit, and returns its number. */
    long beginTransaction(List<CheckpointKey> keys, List<Published> answers) {
        long number = notes.transactions().last() + 1;
        notes.transactions().begun(number);
        StringBuilder all = new StringBuilder(TRANSACTION).append(' ').append(number);
        for (int i = 0; i < keys.size(); i++) {
            all.append('\n').append(SENT).append(' ').append(keys.get(i).digest());
            answers.get(i)
                    .position()
                    .ifPresent(position -> all.append(' ')
                            .append(position.partition())
                            .append(' ')
                            .append(position.offset()));
        }
        append(all.toString());
        call(lines::force);
        return number;
    }

    /** Notes that a transaction is committed. */
    void committed(long number) {
        append(COMMITTED + " " + number);
    }

    /** Returns the answer for a message that a committed transaction has, and that no run could tell its listeners of. */
    Optional<Published> untold(CheckpointKey key) {
        return key.digests().stream()
                .flatMap(digest -> notes.transactions().untold(digest).stream())
                .findFirst();
    }

    /** Tells whether notes are durable only once they are {@linkplain #flush flushed}. */
    boolean isCollecting() {
        return lines.isCollecting();
    }

    /** Makes what was noted so far outlive the process. */
    void flush() {
        call(lines::flush);
    }

    private void append(char mark, CheckpointKey key) {
        append(mark + key.digest());
    }

    private void append(String line) {
        call(() -> lines.append(line + "\n"));
    }

    /** An operation on the lines that may fail. */
    private interface Step {
        void run() throws IOException;
    }

    private void call(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the checkpoint " + lines.name(), e);
        }
    }

    /** Makes what was noted durable, and closes the checkpoint. */
    @Override
    public void close() {
        notes.close();
        try {
            lines.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the checkpoint " + lines.name(), e);
        }
    }
}
