package dev.persistor.standalone.run.telemetry;

import dev.persistor.core.log.FailureText;
import dev.persistor.core.thread.DaemonThreads;
import io.micrometer.core.instrument.Counter;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends spans on a thread of its own. While one request is under way others gather for the next. A span that finds the queue full is
 * dropped and counted: whatever the collector does, messages never wait for it. OpenTelemetry's own queue tells nobody what it dropped.
 *
 * <p>Thread-safe.
 */
final class SpanQueue implements SpanProcessor {

    private static final int CAPACITY = 4_096;
    private static final int MOST_AT_A_TIME = 512;
    private static final long LONGEST_EXPORT_SECONDS = 30;
    private static final long LOOK_MILLIS = 200;

    private final SpanExporter exporter;
    private final Counter dropped;
    private final ExportLog log;
    private final BlockingQueue<SpanData> waiting = new ArrayBlockingQueue<>(CAPACITY);
    private final CompletableResultCode ended = new CompletableResultCode();
    private final Thread thread = DaemonThreads.of("persistor-spans", this::run);
    private volatile boolean closed;

    private SpanQueue(SpanExporter exporter, Counter dropped, ExportLog log) {
        this.exporter = exporter;
        this.dropped = dropped;
        this.log = log;
    }

    static SpanQueue start(SpanExporter exporter, Counter dropped, ExportLog log) {
        SpanQueue queue = new SpanQueue(exporter, dropped, log);
        queue.thread.start();
        return queue;
    }

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
        return false;
    }

    @Override
    public void onEnd(ReadableSpan span) {
        if (!waiting.offer(span.toSpanData())) {
            dropped.increment();
        }
    }

    @Override
    public boolean isEndRequired() {
        return true;
    }

    private void run() {
        try {
            SpanData first = next();
            while (first != null || !closed) {
                if (first != null) {
                    List<SpanData> batch = new ArrayList<>(List.of(first));
                    waiting.drainTo(batch, MOST_AT_A_TIME - 1);
                    send(batch);
                }
                first = next();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            exporter.shutdown();
            log.close();
            ended.succeed();
        }
    }

    private @Nullable SpanData next() throws InterruptedException {
        return waiting.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void send(List<SpanData> batch) {
        try {
            CompletableResultCode sent = exporter.export(batch).join(LONGEST_EXPORT_SECONDS, TimeUnit.SECONDS);
            if (sent.isSuccess()) {
                log.succeeded();
            } else {
                Throwable failure = sent.getFailureThrowable();
                log.failed(
                        failure == null ? "no answer" : failure.getClass().getSimpleName(),
                        failure == null
                                ? "the collector did not answer within " + LONGEST_EXPORT_SECONDS + " s"
                                : FailureText.of(failure));
            }
        } catch (RuntimeException e) {
            log.failed(e.getClass().getSimpleName(), FailureText.of(e));
        }
    }

    /** Sends what waits, and takes no more. */
    @Override
    public CompletableResultCode shutdown() {
        closed = true;
        return ended;
    }
}
