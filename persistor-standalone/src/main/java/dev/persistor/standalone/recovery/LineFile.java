package dev.persistor.standalone.recovery;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that lines are appended to. A line is in the operating system's hands before the next one is written, so that a kill loses or
 * tears the last one at most.
 *
 * <p>Each method throws an {@link UncheckedIOException} that names the file if it cannot be read or written. Not thread-safe.
 */
final class LineFile implements AutoCloseable {

    private final Path path;
    private final String what;
    private final FileChannel file;

    private LineFile(Path path, String what, FileChannel file) {
        this.path = path;
        this.what = what;
        this.file = file;
    }

    /**
     * Opens a file, or begins it.
     *
     * @param what names the kind of file in messages, such as {@code audit file}
     */
    static LineFile open(Path path, String what) {
        try {
            return new LineFile(
                    path,
                    what,
                    FileChannel.open(
                            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the " + what + " " + path, e);
        }
    }

    /** Returns whether the file has no line, whole or torn. */
    boolean isEmpty() {
        return call(() -> file.size() == 0);
    }

    /** Goes to the end. A torn last line stays, and is no part of the next one. */
    void endTornLine() {
        call(() -> {
            long length = file.size();
            boolean isTorn = length > 0 && byteAt(length - 1) != '\n';
            file.position(length);
            if (isTorn) {
                writeAll(new byte[] {'\n'});
            }
            return isTorn;
        });
    }

    /** Goes to the end of the last whole line. A torn one behind it is removed. */
    void removeTornLine() {
        call(() -> {
            long end = file.size();
            while (end > 0 && byteAt(end - 1) != '\n') {
                end--;
            }
            return file.truncate(end).position(end);
        });
    }

    private byte byteAt(long place) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        file.read(one, place);
        return one.get(0);
    }

    /** Writes a line, which ends with a line feed. */
    void write(byte[] line) {
        call(() -> {
            writeAll(line);
            return line;
        });
    }

    private void writeAll(byte[] line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(line);
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    /** An operation on the file that may fail. */
    private interface Step<T> {
        T run() throws IOException;
    }

    private <T> T call(Step<T> step) {
        try {
            return step.run();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the " + what + " " + path, e);
        }
    }

    /** Forces what was written to the disk, and closes the file. */
    @Override
    public void close() {
        try (FileChannel closing = file) {
            closing.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the " + what + " " + path, e);
        }
    }
}
