package dev.persistor.standalone.explore;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * An answer of lines that is sent while it is made. A client that reads too slowly makes the thread that has lines wait. A client
 * that is gone is noticed by the next write.
 *
 * <p>Thread-safe.
 */
final class LineStream {

    /** What waits for the client at most, before the thread with the next line does. */
    private static final int MOST_WAITING = 256 << 10;

    private final Response response;
    private final Callback callback;
    private final Runnable whenGone;
    private ByteArrayOutputStream waiting = new ByteArrayOutputStream();
    private boolean isWriting;
    private boolean isEnded;
    private boolean isDone;
    private @Nullable Throwable failure;

    /**
     * Makes a stream over an answer whose headers are set.
     *
     * @param whenGone runs once, when the client is gone
     */
    LineStream(Response response, Callback callback, Runnable whenGone) {
        this.response = response;
        this.callback = callback;
        this.whenGone = whenGone;
    }

    /**
     * Sends a line, and waits while too much is under way.
     *
     * @throws IOException if the client is gone
     */
    void put(byte[] line) throws IOException, InterruptedException {
        synchronized (this) {
            while (waiting.size() > MOST_WAITING && failure == null) {
                wait();
            }
            if (failure != null) {
                throw new IOException("the client is gone", failure);
            }
            waiting.writeBytes(line);
        }
        write();
    }

    /** Sends a line if nothing else is under way: a sign of life that costs a slow client nothing. */
    void offer(byte[] line) {
        synchronized (this) {
            if (isWriting || isEnded || waiting.size() > 0) {
                return;
            }
            waiting.writeBytes(line);
        }
        write();
    }

    /** Ends the answer when everything is sent. */
    void end() {
        synchronized (this) {
            isEnded = true;
        }
        write();
    }

    private void write() {
        byte[] lines;
        boolean isLast;
        synchronized (this) {
            if (isWriting || isDone || failure != null || (waiting.size() == 0 && !isEnded)) {
                return;
            }
            lines = waiting.toByteArray();
            waiting = new ByteArrayOutputStream();
            isLast = isEnded;
            isWriting = true;
            isDone = isLast;
            notifyAll();
        }
        response.write(isLast, ByteBuffer.wrap(lines), Callback.from(() -> written(isLast), this::failed));
    }

    private void written(boolean isLast) {
        synchronized (this) {
            isWriting = false;
        }
        if (isLast) {
            callback.succeeded();
        } else {
            write();
        }
    }

    private void failed(Throwable cause) {
        synchronized (this) {
            failure = cause;
            isWriting = false;
            notifyAll();
        }
        callback.failed(cause);
        whenGone.run();
    }
}
