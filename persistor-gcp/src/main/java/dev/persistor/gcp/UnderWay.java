package dev.persistor.gcp;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts and bounds the messages that are handed over and not answered. Waiting ends after 100 ms, so that the waiting
 * thread can do something about it; nothing may be called back under this lock, since answers come under locks of the
 * client's.
 *
 * <p>Thread-safe.
 */
final class UnderWay {

    private static final long WAIT_MILLIS = 100;

    private final int maxMessages;
    private final long maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int messages;
    private long bytes;
    private boolean closed;

    UnderWay(int maxMessages, long maxBytes) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    /**
     * Lets a message in if there is room, or waits a while for it.
     *
     * @return whether the message is in
     * @throws IllegalStateException if it is closed
     * @throws InterruptedException if the thread is interrupted; the message is not in
     */
    boolean tryEnter(int size) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            requireOpen();
            long left = TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS);
            while (!hasRoom(size)) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
                requireOpen();
            }
            messages++;
            bytes += size;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** A message over the bound goes alone. */
    private boolean hasRoom(int size) {
        return messages < maxMessages && (messages == 0 || bytes + size <= maxBytes);
    }

    /** Says that a message was answered. */
    void leave(int size) {
        lock.lock();
        try {
            messages--;
            bytes -= size;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Refuses to go on after {@link #close}.
     *
     * @throws IllegalStateException if it is closed
     */
    void requireOpen() {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the publisher is closed");
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets nothing more in, and tells whether this call is the first. */
    boolean close() {
        lock.lock();
        try {
            boolean first = !closed;
            closed = true;
            changed.signalAll();
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** Waits a while until nothing is under way, and tells whether it is so. An interrupt is kept for later. */
    boolean awaitEmpty() {
        boolean interrupted = false;
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS);
            while (messages > 0 && left > 0) {
                try {
                    left = changed.awaitNanos(left);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return messages == 0;
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
