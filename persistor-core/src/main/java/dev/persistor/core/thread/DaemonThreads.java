package dev.persistor.core.thread;

import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes threads that do not keep a process alive. Each has a name, for logs and thread dumps.
 *
 * <p>Thread-safe.
 */
public final class DaemonThreads {

    private DaemonThreads() {}

    /** Returns a thread for a task, which the caller starts. */
    public static Thread of(String name, Runnable task) {
        Thread thread = new Thread(Objects.requireNonNull(task, "task"), name);
        thread.setDaemon(true);
        return thread;
    }

    /** Starts a task in a thread of its own. */
    public static void start(String name, Runnable task) {
        of(name, task).start();
    }

    /** Returns the threads of a pool: {@code NAME-1}, {@code NAME-2} and so on. */
    public static ThreadFactory numbered(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> of(name + "-" + number.incrementAndGet(), task);
    }
}
