package dev.persistor.standalone.run;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/**
 * A body on its way. It is read as it arrives, without a thread that waits for it. The body of a request that is refused is read to its
 * end as well, up to a limit, since many clients look for an answer only after they have sent all.
 *
 * <p>Thread-safe: one thread at a time reads, while others may refuse.
 */
final class HttpUpload implements Runnable {

    private static final int FIRST_CAPACITY = 8 << 10;
    /** So much of the body of a refused request is read and thrown away. */
    private static final long MOST_DISCARDED = 32L << 20;

    private static final byte[] NOTHING = new byte[0];

    private final HttpExchange exchange;
    private final HttpUploads uploads;
    private final HttpMemory.Share share;
    private final long most;
    private final Consumer<ByteBuffer> whole;
    private final long started = System.nanoTime();

    /** Guarded by this, as are the next. */
    private byte[] bytes = NOTHING;

    private int size;
    private long arrived;
    private long windowStart = started;
    private long arrivedBefore;
    private @Nullable HttpAnswer refusal;
    private boolean isCutShort;

    /**
     * Makes the upload of a body.
     *
     * @param most how many bytes it may have
     * @param share what its memory is taken from
     * @param whole takes the whole body
     */
    HttpUpload(
            HttpExchange exchange, HttpUploads uploads, HttpMemory.Share share, long most, Consumer<ByteBuffer> whole) {
        this.exchange = exchange;
        this.uploads = uploads;
        this.share = share;
        this.most = most;
        this.whole = whole;
    }

    /** Reads the body, and hands it over when it is whole. */
    void start() {
        uploads.add(this);
        run();
    }

    /** Throws the body away, and sends the refusal then. */
    void start(HttpAnswer answer) {
        refuse(answer);
        boolean isAsked = exchange.header(HttpHeader.EXPECT).isPresent();
        if (isAsked || exchange.request().getLength() > MOST_DISCARDED) {
            exchange.answerAndClose(answer);
        } else {
            start();
        }
    }

    /** Reads what is there, and is called again when there is more. */
    @Override
    public void run() {
        exchange.run(this::read);
    }

    private void read() {
        while (true) {
            Content.Chunk chunk = exchange.request().read();
            if (chunk == null) {
                exchange.request().demand(this);
                return;
            }
            boolean isOver = chunk.isLast();
            if (Content.Chunk.isFailure(chunk)) {
                finish(Optional.of(answerTo(chunk.getFailure())));
                return;
            }
            take(chunk.getByteBuffer());
            chunk.release();
            if (isOver || isTooMuch()) {
                finish(Optional.empty());
                return;
            }
        }
    }

    private synchronized boolean isTooMuch() {
        return isCutShort || (refusal != null && arrived > MOST_DISCARDED + most);
    }

    private void take(ByteBuffer chunk) {
        int length = chunk.remaining();
        if (!isWanted(length)) {
            return;
        }
        if (size + (long) length > most) {
            refuse(HttpAnswer.text(413, "the body has more than " + most + " bytes; the limit http-body is no more"));
        } else if (!hasRoomFor(length)) {
            refuse(HttpMessages.noMemory());
        } else {
            keep(chunk);
        }
    }

    private synchronized boolean isWanted(int length) {
        arrived += length;
        return refusal == null;
    }

    private boolean hasRoomFor(int length) {
        int needed = size + length;
        int before = capacity();
        if (needed <= before) {
            return true;
        }
        int capacity = (int) Math.min(most, Math.max(needed, Math.max(FIRST_CAPACITY, 2L * before)));
        return uploads.makeRoom(Optional.of(this), share, capacity) && growTo(capacity, before);
    }

    private synchronized int capacity() {
        return bytes.length;
    }

    private synchronized boolean growTo(int capacity, int before) {
        if (refusal != null) {
            return false;
        }
        bytes = Arrays.copyOf(bytes, capacity);
        share.shrink(before);
        return true;
    }

    private synchronized void keep(ByteBuffer chunk) {
        int length = chunk.remaining();
        if (refusal == null) {
            chunk.get(bytes, size, length);
            size += length;
        }
    }

    /** Keeps the first refusal; nothing of the body is needed any more. */
    private synchronized void refuse(HttpAnswer answer) {
        if (refusal == null) {
            refusal = answer;
            bytes = NOTHING;
            share.close();
        }
    }

    /** Refuses the request without waiting for the rest of its body. */
    void cutShort(HttpAnswer answer) {
        refuse(answer);
        synchronized (this) {
            isCutShort = true;
        }
        exchange.interruptRead();
    }

    /** Cuts the upload short when it makes too little progress. */
    void checkProgress(HttpLimits limits, long now) {
        if (isTooSlow(limits, now)) {
            cutShort(HttpAnswer.text(
                    408,
                    "the body arrived too slowly; send at least " + limits.bytesPerWindow() + " bytes in "
                            + limits.window().toSeconds() + " s"));
        }
    }

    private synchronized boolean isTooSlow(HttpLimits limits, long now) {
        if (isCutShort) {
            return true;
        }
        if (now - windowStart < limits.window().toNanos()) {
            return false;
        }
        boolean isTooSlow = arrived - arrivedBefore < limits.bytesPerWindow();
        windowStart = now;
        arrivedBefore = arrived;
        return isTooSlow;
    }

    /** Returns how many bytes have come in a second so far, or nothing if it is too early to tell. */
    synchronized Optional<Double> rate(long now, long earliest) {
        long age = now - started;
        return age < earliest || refusal != null ? Optional.empty() : Optional.of(arrived * 1e9 / age);
    }

    private void finish(Optional<HttpAnswer> failure) {
        uploads.remove(this);
        Optional<HttpAnswer> refused = refused().or(() -> failure);
        if (refused.isEmpty()) {
            whole.accept(body());
        } else if (failure.isPresent() || isTooMuch()) {
            share.close();
            exchange.answerAndClose(refused.get());
        } else {
            exchange.answer(refused.get());
        }
    }

    private synchronized Optional<HttpAnswer> refused() {
        return Optional.ofNullable(refusal);
    }

    private synchronized ByteBuffer body() {
        return ByteBuffer.wrap(bytes, 0, size);
    }

    private static HttpAnswer answerTo(Throwable failure) {
        if (failure instanceof HttpException malformed) {
            return HttpAnswer.text(
                    malformed.getCode(), "the body is not valid HTTP: its chunks or its length are wrong");
        }
        return failure instanceof TimeoutException
                ? HttpAnswer.text(408, "the body did not arrive in time")
                : HttpAnswer.text(400, "the body is truncated");
    }
}
