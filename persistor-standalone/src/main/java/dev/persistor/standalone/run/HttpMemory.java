package dev.persistor.standalone.run;

/**
 * The memory that requests hold from their first byte until they are answered. It is counted as the objects that it is, not as the
 * bytes that were sent.
 *
 * <p>Thread-safe.
 */
final class HttpMemory {

    private final long most;
    private long taken;

    HttpMemory(long most) {
        this.most = most;
    }

    private synchronized boolean take(long bytes) {
        if (bytes > most - taken) {
            return false;
        }
        taken += bytes;
        return true;
    }

    private synchronized void giveBack(long bytes) {
        taken -= bytes;
    }

    /** Returns what one request holds: nothing at first. */
    Share share() {
        return new Share();
    }

    /** The memory of one request. Thread-safe. */
    final class Share implements AutoCloseable {

        private long held;
        private boolean closed;

        private Share() {}

        /** Takes more, if there is as much; after the close there is nothing. */
        synchronized boolean grow(long bytes) {
            boolean grown = !closed && take(bytes);
            held += grown ? bytes : 0;
            return grown;
        }

        /** Tells whether this would be more than all the memory, so that it can never be had. */
        synchronized boolean isBeyondAll(long bytes) {
            return bytes > most - held;
        }

        /** Gives back all but so many bytes. */
        synchronized void keepOnly(long bytes) {
            shrink(Math.max(0, held - bytes));
        }

        /** Gives back a part. */
        synchronized void shrink(long bytes) {
            if (!closed) {
                held -= bytes;
                giveBack(bytes);
            }
        }

        /** Gives back all of it. */
        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                giveBack(held);
                held = 0;
            }
        }
    }
}
