package dev.persistor.core.store.file;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.persistor.core.store.FilePermissions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The temporary files of one writer, and the removal of those that dead writers left.
 *
 * <p>A writer holds a lock on a file of its own as long as it may have temporary files; the operating system releases the lock
 * when the process dies. A file is removed only under its writer's lock, so never from a writer that is alive.
 *
 * <p>A lock is not asked for within the process that holds it: closing a file releases all locks that the process has on it
 * (POSIX). So a writer's name begins with what identifies its process.
 *
 * <p>Thread-safe.
 */
final class TemporaryFiles implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TemporaryFiles.class);

    /** A file that names no writer is of an unknown program, which may be alive. */
    private static final Duration AGE_OF_UNKNOWN = Duration.ofHours(1);

    private static final int ATTEMPTS = 10;
    private static final String PROCESS = ProcessHandle.current().pid() + "-"
            + ProcessHandle.current()
                    .info()
                    .startInstant()
                    .map(Instant::toEpochMilli)
                    .orElse(0L)
            + "-";

    private final Path files;
    private final Path writers;
    private final FilePermissions permissions;
    private final AtomicLong number = new AtomicLong();
    private @Nullable Writer writer;

    /** A writer's name, and the channel that holds its lock. */
    private record Writer(String name, Path file, FileChannel lock) {}

    /**
     * Nothing is created or removed before the first file is written.
     *
     * @param files the folder of the temporary files
     * @param writers the folder of the writers' lock files
     */
    TemporaryFiles(Path files, Path writers, FilePermissions permissions) {
        this.files = files;
        this.writers = writers;
        this.permissions = permissions;
    }

    /** Writes a new file, durably; the caller removes it. Both folders must exist. */
    Path write(ByteBuffer bytes) throws IOException {
        Path file = newName();
        try (FileChannel channel = FileChannel.open(file, Set.of(CREATE_NEW, WRITE), permissions.ofFiles(files))) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
            return file;
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /** Returns the name of a file that does not exist. */
    Path newName() throws IOException {
        return files.resolve(writer().name() + "." + number.incrementAndGet());
    }

    private synchronized Writer writer() throws IOException {
        Writer current = writer;
        if (current == null) {
            current = register();
            writer = current;
            removeStale(current);
        }
        return current;
    }

    private Writer register() throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            String name = PROCESS + UUID.randomUUID();
            Path file = writers.resolve(name);
            FileChannel channel = FileChannel.open(file, Set.of(CREATE_NEW, WRITE), permissions.ofFiles(writers));
            // Another writer may have found the file before it was locked, and removed it.
            if (isLocked(channel) && Files.exists(file)) {
                return new Writer(name, file, channel);
            }
            channel.close();
        }
        throw new IOException("cannot get a lock in " + writers);
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private void removeStale(Writer registered) {
        try {
            long removed = removeOfDeadWriters() + removeUnknown(registered);
            if (removed > 0) {
                LOG.info("Removed {} temporary file(s) of dead writers in {}", removed, files);
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.warn("Temporary files of dead writers remain in {}: {}", files, e.toString());
        }
    }

    private long removeOfDeadWriters() throws IOException {
        long removed = 0;
        try (DirectoryStream<Path> others = Files.newDirectoryStream(writers)) {
            for (Path other : others) {
                if (!other.getFileName().toString().startsWith(PROCESS)) {
                    removed += removeIfDead(other);
                }
            }
        }
        return removed;
    }

    private long removeIfDead(Path other) throws IOException {
        try (FileChannel channel = FileChannel.open(other, WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                return 0;
            }
            long removed = 0;
            try (DirectoryStream<Path> left = Files.newDirectoryStream(files, other.getFileName() + ".*")) {
                for (Path file : left) {
                    removed += Files.deleteIfExists(file) ? 1 : 0;
                }
            }
            Files.deleteIfExists(other);
            return removed;
        } catch (NoSuchFileException | OverlappingFileLockException e) {
            // Another writer removed the files, or another writer of this process has the lock and is removing them.
            return 0;
        }
    }

    /** By the file system's own clock: the lock file is new. */
    private long removeUnknown(Writer registered) throws IOException {
        Instant old = modified(registered.file()).minus(AGE_OF_UNKNOWN);
        long removed = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(files)) {
            for (Path file : all) {
                if (!isOfAWriter(file) && modified(file).isBefore(old)) {
                    removed += Files.deleteIfExists(file) ? 1 : 0;
                }
            }
        }
        return removed;
    }

    private boolean isOfAWriter(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 && Files.exists(writers.resolve(name.substring(0, dot)));
    }

    private static Instant modified(Path file) throws IOException {
        try {
            return Files.getLastModifiedTime(file).toInstant();
        } catch (NoSuchFileException e) {
            return Instant.MAX;
        }
    }

    /** Releases the lock. */
    @Override
    public synchronized void close() {
        Writer current = writer;
        writer = null;
        if (current != null) {
            try {
                Files.deleteIfExists(current.file());
                current.lock().close();
            } catch (IOException e) {
                LOG.warn("The lock file {} remains: {}", current.file(), e.toString());
            }
        }
    }
}
