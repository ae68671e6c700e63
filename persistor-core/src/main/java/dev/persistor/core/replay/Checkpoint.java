package dev.persistor.core.replay;

import dev.persistor.core.archive.DigestSet;
import dev.persistor.core.archive.MessageKey;
import dev.persistor.core.store.Digest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A file that tells which messages of a replay are out, so that one that was interrupted, or killed, can go on. A line
 * {@code >DIGEST} is written before a message is handed to the target, and {@code =DIGEST} when the target has it. So after
 * a kill at any moment, the messages that may go out a second time are exactly those with the first line and without the
 * second: never more than were under way at a time.
 *
 * <p>Lines are in the operating system's hands before the next step: they outlive the process. They are forced to the disk
 * when the replay ends; when the machine itself stops, some of the last may be lost, and their messages go out twice.
 *
 * <p>Not thread-safe.
 */
public final class Checkpoint implements AutoCloseable {

    /** The number says what the digests cover. With others, nothing would be found, and all would be published again. */
    private static final String FIRST_LINE = "persistor-checkpoint 2 ";

    private static final String ANY_VERSION = "persistor-checkpoint ";
    private static final char BEGUN = '>';
    private static final char DONE = '=';
    private static final int LINE = 34;

    private final FileChannel file;
    private final DigestSet done;
    private final Set<String> underWay;

    private Checkpoint(FileChannel file, DigestSet done, Set<String> underWay) {
        this.file = file;
        this.done = done;
        this.underWay = underWay;
    }

    /**
     * Opens a checkpoint, or begins it where there is no file.
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
        try {
            requireAlone(path, file);
            DigestSet done = new DigestSet();
            Set<String> underWay = new HashSet<>();
            long length = read(path, file, firstLine, done, underWay);
            // What a kill left of a line goes.
            file.truncate(length);
            file.position(length);
            Checkpoint checkpoint = new Checkpoint(file, done, underWay);
            if (length == 0) {
                checkpoint.write(firstLine + "\n");
            }
            return checkpoint;
        } catch (IOException | RuntimeException e) {
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

    /** Returns the length of the whole lines. Reads from the open file, as closing another one of it would end the lock. */
    private static long read(Path path, FileChannel file, String firstLine, DigestSet done, Set<String> underWay)
            throws IOException {
        BufferedReader lines = new BufferedReader(Channels.newReader(file, StandardCharsets.UTF_8));
        String first = lines.readLine();
        if (first == null) {
            return 0;
        }
        requireSame(path, firstLine, first);
        long length = first.getBytes(StandardCharsets.UTF_8).length + 1L;
        long fileSize = file.size();
        for (String line = lines.readLine(); line != null && length + LINE <= fileSize; line = lines.readLine()) {
            readLine(path, line, done, underWay);
            length += LINE;
        }
        return Math.min(length, fileSize);
    }

    private static void requireSame(Path path, String expected, String actual) {
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

    private static void readLine(Path path, String line, DigestSet done, Set<String> underWay) {
        String digest = line.substring(Math.min(1, line.length()));
        if (line.length() != LINE - 1 || (line.charAt(0) != BEGUN && line.charAt(0) != DONE)) {
            throw new IllegalArgumentException(path + " is damaged: a line is neither >DIGEST nor =DIGEST");
        }
        if (line.charAt(0) == BEGUN) {
            underWay.add(digest);
        } else {
            underWay.remove(digest);
            done.add(digest);
        }
    }

    /** Tells whether a message, or a copy of it, is out, or kept as failed, since an earlier run. */
    boolean isDone(MessageKey key) {
        return digests(key).anyMatch(done::contains);
    }

    /** Tells whether an earlier run handed the message over and did not live to be told what became of it. */
    boolean mayBeOut(MessageKey key) {
        return digests(key).anyMatch(underWay::contains);
    }

    void begin(MessageKey key) {
        append(BEGUN, digest(key));
    }

    void done(MessageKey key) {
        append(DONE, digest(key));
    }

    /** What is noted of a message: its content, and its log where that is known. */
    private static String digest(MessageKey key) {
        String log = key.identity().log();
        return log.isEmpty()
                ? key.digest()
                : new Digest().add(key.digest()).add(log).hex(key.digest().length() / 2);
    }

    /** What may be noted of a message and its copies. A copy that was read in another way may come without its log. */
    private static Stream<String> digests(MessageKey key) {
        return Stream.concat(Stream.of(digest(key), key.digest()), key.claim().stream());
    }

    private void append(char what, String digest) {
        try {
            write(what + digest + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the checkpoint", e);
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
        try (FileChannel closing = file) {
            closing.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the checkpoint", e);
        }
    }
}
