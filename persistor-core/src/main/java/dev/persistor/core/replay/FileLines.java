package dev.persistor.core.replay;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Lines in a file of this machine, which is locked as long as it is open. A line is in the operating system's hands before the next
 * step, and so outlives the process.
 *
 * <p>Not thread-safe.
 */
final class FileLines implements CheckpointLines {

    private final Path path;
    private final FileChannel file;
    /** True if this run created the file and has written only the first line. */
    private boolean isEmpty;

    private FileLines(Path path, FileChannel file) {
        this.path = path;
        this.file = file;
    }

    /**
     * Opens a file, or begins it.
     *
     * @throws IllegalArgumentException if another replay has it open: two that go on with the same checkpoint would publish everything
     *     twice
     */
    static FileLines open(Path path) throws IOException {
        FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (!isAlone(file)) {
            file.close();
            throw new IllegalArgumentException(
                    path + " is in use by a running replay; wait for its end, or use another file");
        }
        return new FileLines(path, file);
    }

    private static boolean isAlone(FileChannel file) throws IOException {
        try {
            return file.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    @Override
    public String name() {
        return path.toString();
    }

    @Override
    public InputStream read() {
        return new FilterInputStream(Channels.newInputStream(file)) {
            /** The file stays open, to be written. */
            @Override
            public void close() {}
        };
    }

    @Override
    public void begin(String firstLine) throws IOException {
        file.truncate(0);
        append(firstLine);
        isEmpty = true;
    }

    /** Removes the partial line that a kill left. */
    @Override
    public void resume(long length) throws IOException {
        file.truncate(length);
        file.position(length);
    }

    @Override
    public void append(String lines) throws IOException {
        isEmpty = false;
        ByteBuffer bytes = ByteBuffer.wrap(lines.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    @Override
    public boolean isCollecting() {
        return false;
    }

    /** Does nothing: the operating system has the lines. */
    @Override
    public void flush() {}

    @Override
    public void force() throws IOException {
        file.force(false);
    }

    @Override
    public void close() throws IOException {
        try (FileChannel closing = file) {
            closing.force(true);
            if (isEmpty) {
                Files.deleteIfExists(path);
            }
        }
    }
}
