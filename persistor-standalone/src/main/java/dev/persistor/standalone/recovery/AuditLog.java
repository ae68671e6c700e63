package dev.persistor.standalone.recovery;

import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.replay.Published;
import dev.persistor.core.replay.ReplayListener;
import dev.persistor.standalone.cli.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Notes each message that was published or excluded, in a line of JSON at the end of a file. A line is the operating system's before the
 * next message's, so that a kill loses the last one at most.
 *
 * <p>Not thread-safe.
 */
final class AuditLog implements ReplayListener, AutoCloseable {

    private final LineFile file;
    private final String target;
    private final Clock clock;

    private AuditLog(LineFile file, String target, Clock clock) {
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
        LineFile file = LineFile.open(path, "audit file");
        file.endTornLine();
        return new AuditLog(file, target, clock);
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
            file.write(Json.line(json -> {
                json.writeStringField("time", clock.instant().toString());
                json.writeStringField("id", message.message().id());
                json.writeStringField("source", message.message().source());
                json.writeStringField("blob", message.blob().value());
                json.writeNumberField("index", message.index());
                json.writeStringField("target", target);
                json.writeStringField(outcome, value);
            }));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a line of the audit file", e);
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
