package dev.persistor.standalone.recovery;

import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageEncoder;
import dev.persistor.core.format.jsonl.JsonLinesFormat;
import dev.persistor.core.message.Message;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.PublishException;
import dev.persistor.core.replay.Published;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Prints messages as lines of jsonl, for whatever program reads them. A line is out before its message counts as published;
 * what that program does with it is not known.
 *
 * <p>Thread-safe.
 */
final class StandardOutput implements MessagePublisher {

    static final String ADDRESS = "stdout:";

    private final OutputStream out;

    StandardOutput(OutputStream out) {
        this.out = out;
    }

    @Override
    public CompletableFuture<Published> publish(Message message) {
        try {
            print(line(message));
            return CompletableFuture.completedFuture(Published.withoutId());
        } catch (IOException e) {
            if ("Broken pipe".equals(e.getMessage())) {
                // The program that read the lines has seen enough; each further message would fail.
                throw new UncheckedIOException(e);
            }
            return CompletableFuture.failedFuture(
                    new PublishException("print to the standard output: " + e.getMessage(), false, e));
        }
    }

    private static byte[] line(Message message) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (MessageEncoder encoder = new JsonLinesFormat(Compression.NONE).encoder(line)) {
            encoder.write(message);
        }
        return line.toByteArray();
    }

    private synchronized void print(byte[] line) throws IOException {
        out.write(line);
        out.flush();
    }

    /** Does nothing: each line is out already. */
    @Override
    public void flush() {}

    /** Does nothing: no message was held back. */
    @Override
    public void resume(String orderingKey) {}

    @Override
    public List<String> losses(Message message) {
        return List.of();
    }

    /** Does nothing: the output is the process's. */
    @Override
    public void close() {}
}
