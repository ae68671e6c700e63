package dev.persistor.standalone.recovery;

import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.replay.Published;
import dev.persistor.core.replay.ReplayListener;
import dev.persistor.standalone.cli.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Notes each message that was published or excluded, in a line of JSON at the end of a file. A line is the operating system's before the
 * next message's, so that a kill loses the last one at most.
 *
 * <p>Not thread-safe.
 */
final class AuditLog implements ReplayListener, AutoCloseable {

    private final Path path;
    private final FileChannel file;
    private final String target;
    private final Clock clock;

    private AuditLog(Path path, FileChannel file, String target, Clock clock) {
        this.path = path;
        this.file = file;
        this.target = target;
        this.clock = clock;
    }

    /**
     * Opens a log at its end.
     *
     * @throws UncheckedIOException if the file cannot be read and written
     */
    static AuditLog open(Path path, String target, Clock clock) {
        try {
            FileChannel file = FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            AuditLog log = new AuditLog(path, file, target, clock);
            log.endLine();
            return log;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the audit file " + path, e);
        }
    }

    /** What a kill left of a line stays, and is no part of the next one. */
    private void endLine() throws IOException {
        long length = file.size();
        ByteBuffer last = ByteBuffer.allocate(1);
        boolean isTorn = length > 0 && file.read(last, length - 1) == 1 && last.get(0) != '\n';
        file.position(length);
        if (isTorn) {
            write(new byte[] {'\n'});
        }
    }

    private void write(byte[] line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(line);
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    @Override
    public void published(ArchivedMessage message, Published answer) {
        note(message, "newId", answer.id().orElse(null));
    }

    @Override
    public void excluded(ArchivedMessage message, String exclusion) {
        note(message, "excluded", exclusion);
    }

    private void note(ArchivedMessage message, String outcome, @Nullable String value) {
        try {
            write(Json.line(json -> {
                json.writeStringField("time", clock.instant().toString());
                json.writeStringField("id", message.message().id());
                json.writeStringField("source", message.message().source());
                json.writeStringField("blob", message.blob().value());
                json.writeNumberField("index", message.index());
                json.writeStringField("target", target);
                json.writeStringField(outcome, value);
            }));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the audit file " + path, e);
        }
    }

    @Override
    public void close() {
        try (FileChannel closing = file) {
            closing.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the audit file " + path, e);
        }
    }
}
