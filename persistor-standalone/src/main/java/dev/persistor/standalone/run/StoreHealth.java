package dev.persistor.standalone.run;

import dev.persistor.core.log.FailureText;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.thread.DaemonThreads;
import dev.persistor.core.write.PersistorListener;
import dev.persistor.core.write.Receipt;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether a store can be reached: every few seconds it looks up a blob that need not exist, and no attempt to write may
 * have failed a moment ago. A failure is forgotten after a while: a process that is not ready receives no requests, so nothing that it
 * writes could show that it can write again.
 *
 * <p>Thread-safe.
 */
final class StoreHealth implements PersistorListener, AutoCloseable {

    private static final BlobName QUESTION = BlobName.of("_health/is-it-reached");
    private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(3);
    /** A store that has not answered for so long is not there. */
    private static final Duration PATIENCE = Duration.ofSeconds(12);
    /** While a store fails, writes are tried again more often than that. */
    private static final Duration MEMORY = Duration.ofSeconds(20);

    private final CountDownLatch closed = new CountDownLatch(1);
    private long lastAnswer;
    private boolean isAnswered;
    private @Nullable String unanswered;
    private @Nullable String unwritten;
    private long lastUnwritten;

    private final Consumer<Error> onError;

    /**
     * Asks nothing yet.
     *
     * @param onError called when an {@link Error} keeps the store from being asked, or a message from being written
     */
    StoreHealth(Consumer<Error> onError) {
        this.onError = onError;
    }

    /** Begins to ask; the store must stay open until this is closed. */
    void watch(BlobStore watched) {
        DaemonThreads.start("persistor-health", () -> run(watched));
    }

    private void run(BlobStore watched) {
        try {
            do {
                ask(watched);
            } while (!closed.await(BETWEEN_QUESTIONS.toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Error e) {
            onError.accept(e);
        }
    }

    private void ask(BlobStore watched) {
        try {
            watched.find(QUESTION);
            answered(null);
        } catch (BlobStoreException e) {
            answered(e.getMessage());
        } catch (RuntimeException e) {
            // A fault of a driver. The thread goes on, so that readiness comes back when the fault does not.
            answered("cannot be reached: " + FailureText.of(e));
        }
    }

    private synchronized void answered(@Nullable String problem) {
        isAnswered = true;
        lastAnswer = System.nanoTime();
        unanswered = problem;
    }

    /** Returns what is wrong with the store, if anything is. */
    synchronized Optional<String> problem() {
        if (!isAnswered) {
            return Optional.of("no answer yet");
        }
        long silent = System.nanoTime() - lastAnswer;
        if (silent > PATIENCE.toNanos()) {
            return Optional.of("no answer for " + TimeUnit.NANOSECONDS.toSeconds(silent) + " s");
        }
        boolean isRecent = System.nanoTime() - lastUnwritten < MEMORY.toNanos();
        return Optional.ofNullable(unanswered)
                .or(() -> Optional.ofNullable(unwritten).filter(reason -> isRecent));
    }

    @Override
    public synchronized void persisted(Message message, Receipt receipt) {
        unwritten = null;
    }

    @Override
    public synchronized void alreadyThere(Message message, Receipt receipt) {
        unwritten = null;
    }

    @Override
    public synchronized void retried(BlobStoreException failure) {
        unwritten = failure.getMessage();
        lastUnwritten = System.nanoTime();
    }

    @Override
    public void failed(Message message, Throwable cause) {
        if (cause instanceof Error error) {
            onError.accept(error);
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
