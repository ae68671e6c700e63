package dev.persistor.core.replay;

import dev.persistor.core.archive.MessageKey;
import dev.persistor.core.replay.CheckpointNotes.Digest128;
import dev.persistor.core.store.Digest;
import dev.persistor.core.store.PercentEncoding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A file that tells what became of the messages of a replay, so that the next run with it publishes the others. A line
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
 * <p>Lines are in the operating system's hands before the next step: they outlive the process. They are forced to the disk
 * when the replay ends; when the machine itself stops, some of the last may be lost, and their messages go out twice.
 *
 * <p>Not thread-safe.
 */
public final class Checkpoint implements AutoCloseable {

    /** What an earlier run made of a message. */
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

    private final Path path;
    private final FileChannel file;
    private final CheckpointNotes notes;
    /** Whether this run began the file, and has written no more than the first line. */
    private boolean isEmpty;

    private Checkpoint(Path path, FileChannel file, CheckpointNotes notes) {
        this.path = path;
        this.file = file;
        this.notes = notes;
    }

    /**
     * Opens a checkpoint, or begins it where there is no file. Where nothing is noted, closing deletes the file that it began.
     *
     * @param replay what is replayed and to where, in one line: a file is of one replay only
     * @throws IllegalArgumentException if the file is no checkpoint, or that of another replay, or one that is going on
     * @throws UncheckedIOException if it cannot be read or written
     */
    public static Checkpoint open(Path path, String replay) {
        try {
            return openFile(path, FIRST_LINE + replay.replace('\n', ' '));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use the checkpoint " + path, e);
        }
    }

    private static Checkpoint openFile(Path path, String firstLine) throws IOException {
        FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        CheckpointNotes notes = new CheckpointNotes();
        Checkpoint checkpoint = new Checkpoint(path, file, notes);
        try {
            requireAlone(path, file);
            checkpoint.read(firstLine);
            return checkpoint;
        } catch (IOException | RuntimeException e) {
            notes.close();
            file.close();
            throw e;
        }
    }

    /** Locks the file until it is closed: two replays that go on with the same checkpoint would publish everything twice. */
    private static void requireAlone(Path path, FileChannel file) throws IOException {
        try {
            if (file.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            throw new IllegalArgumentException(inUse(path), e);
        }
        throw new IllegalArgumentException(inUse(path));
    }

    private static String inUse(Path path) {
        return path + " is the checkpoint of a replay that is going on; wait for its end, or use another file";
    }

    private void read(String firstLine) throws IOException {
        CheckpointReader reader = new CheckpointReader(path, file, notes);
        Optional<String> first = reader.firstLine();
        if (first.isEmpty()) {
            file.truncate(0);
            write(firstLine + "\n");
            isEmpty = true;
            return;
        }
        requireSame(firstLine, first.get());
        long length = reader.rest();
        // What a kill left of a line goes.
        file.truncate(length);
        file.position(length);
    }

    private void requireSame(String expected, String actual) {
        if (actual.startsWith(ANY_VERSION) && !actual.startsWith(FIRST_LINE)) {
            throw new IllegalArgumentException(
                    path + " was written by another version of Persistor, whose notes this one cannot"
                            + " compare. Go on with that version, or use another file");
        }
        if (!actual.startsWith(FIRST_LINE)) {
            throw new IllegalArgumentException(path + " is no checkpoint of a replay");
        }
        if (!actual.equals(expected)) {
            throw new IllegalArgumentException(path + " is the checkpoint of another replay: "
                    + actual.substring(FIRST_LINE.length()) + "; this one is " + expected.substring(FIRST_LINE.length())
                    + ". Use another file");
        }
    }

    /** Begins a pass over the archive: no failed message has been met. */
    void startPass() {
        notes.startPass();
    }

    /** Returns what earlier runs made of a message, or a copy of it. */
    Standing meet(MessageKey key) {
        List<Digest128> digests = digests(key);
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
    boolean mayBeOut(MessageKey key) {
        return digests(key).stream().anyMatch(notes::mayBeOut);
    }

    /** Returns how many messages failed in earlier runs, and were neither published nor accepted since, nor met in this pass. */
    long failuresNotMet() {
        return notes.failuresNotMet();
    }

    /** Returns the blobs that earlier runs could not read, and none since, with whether that was accepted. */
    Map<String, Boolean> unreadable() {
        return notes.unreadable();
    }

    void begin(MessageKey key) {
        append(BEGUN, key);
    }

    void published(MessageKey key) {
        append(PUBLISHED, key);
    }

    void failed(MessageKey key, boolean mayHaveArrived) {
        append(mayHaveArrived ? UNKNOWN : REFUSED, key);
    }

    void takenBack(MessageKey key) {
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
    long beginTransaction(List<MessageKey> keys, List<Published> answers) {
        long number = notes.transactions().last() + 1;
        notes.transactions().begun(number);
        StringBuilder lines = new StringBuilder(TRANSACTION).append(' ').append(number);
        for (int i = 0; i < keys.size(); i++) {
            lines.append('\n').append(SENT).append(' ').append(digest(keys.get(i)));
            answers.get(i)
                    .position()
                    .ifPresent(position -> lines.append(' ')
                            .append(position.partition())
                            .append(' ')
                            .append(position.offset()));
        }
        append(lines.toString());
        try {
            file.force(false);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the checkpoint " + path, e);
        }
        return number;
    }

    /** Notes that a transaction is committed. */
    void committed(long number) {
        append(COMMITTED + " " + number);
    }

    /** Returns the answer for a message that a committed transaction has, and that no run could tell its listeners of. */
    Optional<Published> untold(MessageKey key) {
        return digests(key).stream()
                .flatMap(digest -> notes.transactions().untold(digest).stream())
                .findFirst();
    }

    /** What is noted of a message: its content, and its log where that is known. */
    private static String digest(MessageKey key) {
        String log = key.identity().log();
        return log.isEmpty()
                ? key.digest()
                : new Digest().add(key.digest()).add(log).hex(key.digest().length() / 2);
    }

    /** What may be noted of a message and its copies. A copy that was read in another way may come without its log. */
    private static List<Digest128> digests(MessageKey key) {
        return Stream.concat(Stream.of(digest(key), key.digest()), key.claim().stream())
                .distinct()
                .map(Digest128::of)
                .toList();
    }

    private void append(char mark, MessageKey key) {
        append(mark + digest(key));
    }

    private void append(String line) {
        isEmpty = false;
        try {
            write(line + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the checkpoint " + path, e);
        }
    }

    private void write(String line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    /** Forces what was written to the disk, and closes the file. */
    @Override
    public void close() {
        notes.close();
        try (FileChannel closing = file) {
            closing.force(true);
            if (isEmpty) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the checkpoint " + path, e);
        }
    }
}
