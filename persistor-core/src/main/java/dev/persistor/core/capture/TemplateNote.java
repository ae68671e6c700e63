package dev.persistor.core.capture;

import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.BlobSink;
import dev.persistor.core.thread.DaemonThreads;
import dev.persistor.core.write.StoreNotes;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes in a store by which template its blobs were named, for {@link dev.persistor.core.archive.NotedTemplates}, after the template
 * has changed. Nothing needs the note. It is written once a process, some time after the first blob, so that it delays no message,
 * and a failure is only logged. A process that stops before that time writes none.
 *
 * <p>Thread-safe.
 */
final class TemplateNote implements AutoCloseable {

    /** After the rush of a cold start. */
    static final Duration DELAY = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(TemplateNote.class);

    private final BlobSink store;
    private final PathTemplate template;
    private final Executor executor;
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile boolean closed;

    TemplateNote(BlobSink store, PathTemplate template, Duration delay) {
        this.store = store;
        this.template = template;
        this.executor =
                CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS, TemplateNote::runInThread);
    }

    /** Not in the common pool: the JDK's HTTP client completes answers there, so a thread of it must not wait for an answer. */
    private static void runInThread(Runnable task) {
        DaemonThreads.start("persistor-template-note", task);
    }

    /** A blob has become durable. */
    void blobWritten() {
        if (!begun.get() && begun.compareAndSet(false, true)) {
            executor.execute(this::write);
        }
    }

    private void write() {
        if (closed) {
            return;
        }
        try {
            store.put(StoreNotes.template(template));
        } catch (RuntimeException e) {
            LOG.debug("The template {} is not noted in {}: {}", template, store, e.getMessage());
        }
    }

    /** Writes nothing from now on, because the store is about to be closed. */
    @Override
    public void close() {
        closed = true;
    }
}
