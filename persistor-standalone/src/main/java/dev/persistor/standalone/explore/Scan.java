package dev.persistor.standalone.explore;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.persistor.core.log.FailureText;
import dev.persistor.core.log.SafeText;
import dev.persistor.standalone.cli.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work on an archive for one request, whose results are sent as they are found. It ends when the work is done, when its time is
 * over, or when the client is gone: a closed tab costs nothing more.
 *
 * <p>The last line of an answer is an object {@code end}. Without it, an answer is not complete.
 *
 * <p>Thread-safe.
 */
final class Scan implements Runnable {

    /** What a scan does. */
    @FunctionalInterface
    interface Work {

        /**
         * Reads, and {@linkplain Scan#send sends} what it finds.
         *
         * @return how it ended
         * @throws CancellationException if the thread was interrupted while it read
         */
        End run(Scan scan) throws IOException, InterruptedException;
    }

    /**
     * How a scan ended.
     *
     * @param isComplete whether everything that was asked for was read
     * @param reason why it is not complete: {@code limit} or {@code time}; {@code done} where it is
     * @param next where the next scan goes on
     */
    record End(boolean isComplete, String reason, Optional<Place> next) {

        static final End DONE = new End(true, "done", Optional.empty());

        static End limit(Place next) {
            return new End(false, "limit", Optional.of(next));
        }

        static End time(Optional<Place> next) {
            return new End(false, "time", next);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(Scan.class);
    private static final long BETWEEN_SHOWN_NANOS = 700_000_000;

    private final Work work;
    private final long deadline;
    private final LongAdder blobs = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder messages = new LongAdder();
    /** When the work last showed what it had found. Only the thread of the work has it. */
    private long shown = System.nanoTime();
    /** The thread that may be interrupted. Guarded by this. */
    private @Nullable Thread thread;

    private volatile @Nullable LineStream lines;
    private volatile boolean isGone;

    /**
     * Makes a scan.
     *
     * @param budget how long it may take
     */
    Scan(Work work, Duration budget) {
        this.work = work;
        this.deadline = System.nanoTime() + budget.toNanos();
    }

    /** Sets where the lines go. It is called once, before the scan runs. */
    void sendTo(LineStream stream) {
        lines = stream;
    }

    private LineStream lines() {
        LineStream stream = lines;
        if (stream == null) {
            throw new IllegalStateException("the scan has no stream to send to");
        }
        return stream;
    }

    /** Sends an object. */
    void send(Json.Fields fields) throws IOException, InterruptedException {
        lines().put(Json.line(fields));
    }

    /** Sends what the work has found so far, unless it did so a moment ago. */
    void show(Json.Fields fields) throws IOException, InterruptedException {
        if (System.nanoTime() - shown > BETWEEN_SHOWN_NANOS) {
            send(fields);
            shown = System.nanoTime();
        }
    }

    /** Counts a blob that was listed. */
    void listed() {
        blobs.increment();
    }

    /** Counts bytes of content that were read. */
    void read(int count) {
        bytes.add(count);
    }

    /** Counts a message that was looked at. */
    void looked() {
        messages.increment();
    }

    /** Tells whether the time is over. */
    boolean isOver() {
        return System.nanoTime() - deadline >= 0;
    }

    /** Shows that the scan goes on, and stops it when its time is over. It is called every now and then. */
    void tick() {
        if (isOver()) {
            stop();
            return;
        }
        try {
            lines().offer(Json.line(this::writeProgress));
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
    }

    private void writeProgress(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("progress");
        json.writeNumberField("blobs", blobs.sum());
        json.writeNumberField("bytes", bytes.sum());
        json.writeNumberField("messages", messages.sum());
        json.writeEndObject();
    }

    /** Stops because nobody is there to read the result. */
    void abandon() {
        isGone = true;
        stop();
    }

    private synchronized void stop() {
        if (thread != null) {
            thread.interrupt();
        }
    }

    private synchronized void enter() {
        thread = Thread.currentThread();
    }

    /** From here on the thread is not interrupted, neither by an interruption that came just now. */
    private synchronized void leave() {
        thread = null;
        boolean unused = Thread.interrupted();
    }

    @Override
    public void run() {
        enter();
        try {
            if (!isGone) {
                finish();
            }
        } finally {
            leave();
            lines().end();
        }
    }

    private void finish() {
        try {
            End end = end();
            leave();
            send(json -> {
                writeProgress(json);
                json.writeObjectFieldStart("end");
                json.writeBooleanField("complete", end.isComplete());
                json.writeStringField("reason", end.reason());
                if (end.next().isPresent()) {
                    json.writeStringField("next", end.next().get().toString());
                }
                json.writeEndObject();
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.debug("A scan ended because its client is gone", e);
        }
    }

    private End end() throws IOException, InterruptedException {
        try {
            return work.run(this);
        } catch (CancellationException | InterruptedException e) {
            if (isGone) {
                throw new IOException("the client is gone", e);
            }
            return End.time(Optional.empty());
        } catch (RuntimeException e) {
            return failed(e);
        }
    }

    /** Returns why reading failed, as a client may see it. */
    static String reason(Exception e) {
        return SafeText.withoutSecrets(e.getMessage() == null ? FailureText.of(e) : e.getMessage());
    }

    private End failed(RuntimeException e) throws IOException, InterruptedException {
        if (isOver() || isGone) {
            return End.time(Optional.empty());
        }
        LOG.warn("A scan failed", e);
        send(json -> json.writeStringField("error", reason(e)));
        return new End(false, "error", Optional.empty());
    }
}
