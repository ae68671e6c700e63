package dev.persistor.standalone.run;

import dev.persistor.core.capture.Capture;
import dev.persistor.core.capture.Delivery;
import dev.persistor.core.capture.RefusedEventException;
import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.MessageSize;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.PercentEncoding;
import dev.persistor.core.thread.DaemonThreads;
import dev.persistor.core.write.PersistException;
import dev.persistor.standalone.run.config.CaptureSettings;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpHeader;

/**
 * Takes messages that are sent to {@code /v1/SOURCE}, and answers when they are durable. A request has a thread only while its
 * messages are read and written. How many threads there are, and how much memory requests hold, is bounded; a request beyond is refused
 * for now.
 *
 * <p>Thread-safe.
 */
final class HttpIntake {

    /** The prefix of the paths for messages. */
    static final String PATH = "/v1/";

    /** So many requests are written at a time. */
    private static final int MOST_WRITERS = 256;
    /** So many requests wait for their messages to be read. */
    private static final int MOST_WAITING = 32;

    private static final int IDLE_SECONDS = 30;
    /** Of the heap, requests hold no more than one in so many parts. */
    private static final int PARTS_OF_HEAP = 5;

    /** The destination of one source's messages. */
    private record Destination(Capture capture, HttpTokens tokens, HttpMessages messages, long mostBytes) {

        static Destination of(Capture capture) {
            return new Destination(
                    capture,
                    HttpTokens.of(capture.settings()),
                    new HttpMessages(capture.settings()),
                    capture.settings().get(CaptureSettings.HTTP_BODY));
        }
    }

    private final Map<String, Destination> destinations;
    private final HttpConnections connections;
    private final HttpUploads uploads;
    private final HttpMemory memory = new HttpMemory(Runtime.getRuntime().maxMemory() / PARTS_OF_HEAP);
    private final ExecutorService writers = threads("persistor-http-writer", MOST_WRITERS, new SynchronousQueue<>());
    /** Not on all processors, so that senders who need much of them leave something to others. */
    private final ExecutorService readers = threads(
            "persistor-http-reader",
            Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
            new ArrayBlockingQueue<>(MOST_WAITING));
    /** Guarded by this, as is the next. */
    private int underWay;

    private boolean closing;

    HttpIntake(List<RunningCapture> captures, HttpConnections connections, HttpUploads uploads) {
        this.destinations = captures.stream()
                .filter(RunningCapture::isSentTo)
                .map(RunningCapture::capture)
                .collect(
                        Collectors.toMap(capture -> capture.settings().get(PersistorSettings.SOURCE), Destination::of));
        this.connections = connections;
        this.uploads = uploads;
    }

    private static ThreadPoolExecutor threads(String name, int most, BlockingQueue<Runnable> waiting) {
        int least = waiting instanceof SynchronousQueue ? 0 : most;
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                least, most, IDLE_SECONDS, TimeUnit.SECONDS, waiting, DaemonThreads.numbered(name));
        if (least > 0) {
            threads.allowCoreThreadTimeOut(true);
        }
        return threads;
    }

    /** Takes what is sent to {@code /v1/SOURCE}. */
    void handle(HttpExchange exchange) {
        begin();
        HttpMemory.Share share = memory.share();
        exchange.whenDone(() -> {
            share.close();
            end();
        });
        // The archive may take longer than a connection may be idle.
        exchange.request().addIdleTimeoutListener(timeout -> false);
        Optional<Destination> destination =
                PercentEncoding.decode(exchange.path().substring(PATH.length())).map(destinations::get);
        Optional<HttpAnswer> refusal = refusal(exchange, destination);
        if (refusal.isPresent() || destination.isEmpty()) {
            new HttpUpload(exchange, uploads, share, 0, body -> {}).start(refusal.orElseGet(HttpAnswer::stopping));
        } else {
            Destination to = destination.get();
            new HttpUpload(exchange, uploads, share, to.mostBytes(), body -> received(exchange, to, share, body))
                    .start();
        }
    }

    private Optional<HttpAnswer> refusal(HttpExchange exchange, Optional<Destination> found) {
        if (isClosing()) {
            return Optional.of(HttpAnswer.stopping());
        }
        if (found.isEmpty()) {
            return Optional.of(HttpAnswer.text(404, "no capture has this path; the paths are " + paths()));
        }
        if (!exchange.request().getMethod().equals("POST")) {
            return Optional.of(HttpAnswer.text(405, "send messages by POST", "Allow", "POST"));
        }
        Destination destination = found.get();
        if (!destination.tokens().letIn(exchange.header(HttpHeader.AUTHORIZATION))) {
            return Optional.of(HttpAnswer.text(
                    401,
                    "the header Authorization must be \"Bearer TOKEN\" with a valid token",
                    "WWW-Authenticate",
                    "Bearer"));
        }
        long length = exchange.request().getLength();
        if (length > destination.mostBytes()) {
            return Optional.of(HttpAnswer.text(
                    413, "the body has " + length + " bytes; the limit http-body is " + destination.mostBytes()));
        }
        return refusedBy(() -> destination.messages().check(exchange.request().getHeaders()));
    }

    private List<String> paths() {
        return destinations.keySet().stream().sorted().map(PATH::concat).toList();
    }

    private interface Check {
        void run() throws RefusedRequestException;
    }

    private static Optional<HttpAnswer> refusedBy(Check check) {
        try {
            check.run();
            return Optional.empty();
        } catch (RefusedRequestException e) {
            return Optional.of(e.answer());
        }
    }

    /** Goes on with a whole body on other threads than those of the connections. */
    private void received(HttpExchange exchange, Destination to, HttpMemory.Share share, ByteBuffer body) {
        connections.received(exchange.connection());
        run(exchange, () -> {
            boolean isLongWork = to.messages().isLongWork(exchange.request().getHeaders(), body);
            run(exchange, isLongWork ? readers : writers, () -> {
                List<Message> messages = read(exchange, to, share, body);
                if (isLongWork) {
                    run(exchange, writers, () -> archive(exchange, to, messages));
                } else {
                    archive(exchange, to, messages);
                }
            });
        });
    }

    private void run(HttpExchange exchange, Executor threads, Check work) {
        try {
            threads.execute(() -> run(exchange, work));
        } catch (RejectedExecutionException e) {
            exchange.answer(HttpAnswer.later("too many requests are in progress; send this request again later"));
        }
    }

    private static void run(HttpExchange exchange, Check work) {
        exchange.run(() -> refusedBy(work).ifPresent(exchange::answer));
    }

    private List<Message> read(HttpExchange exchange, Destination to, HttpMemory.Share share, ByteBuffer body)
            throws RefusedRequestException {
        List<Message> messages = to.messages().read(exchange.request().getHeaders(), body, bytes -> take(share, bytes));
        if (HttpMessages.isMany(exchange.request().getHeaders())) {
            share.keepOnly(messages.stream().mapToLong(MessageSize::of).sum());
        }
        return messages;
    }

    private void take(HttpMemory.Share share, long bytes) throws RefusedRequestException {
        if (share.isBeyondAll(bytes)) {
            throw RefusedRequestException.tooLarge(
                    "the request needs more memory than this process has for requests; send fewer messages in"
                            + " each request");
        }
        if (!uploads.makeRoom(Optional.empty(), share, bytes)) {
            throw RefusedRequestException.of(HttpMessages.noMemory());
        }
    }

    private static void archive(HttpExchange exchange, Destination to, List<Message> messages) {
        try {
            to.capture().archive(new Delivery(messages, List.of()));
            exchange.answer(HttpAnswer.json(200, "{\"durable\":" + messages.size() + "}\n"));
            messages.forEach(to.capture()::acknowledged);
        } catch (RefusedEventException e) {
            exchange.answer(HttpAnswer.text(400, e.reason()));
        } catch (PersistException | BlobStoreException e) {
            exchange.answer(HttpAnswer.later("the messages may not be durable; send them again"));
        }
    }

    private synchronized void begin() {
        underWay++;
    }

    private synchronized void end() {
        underWay--;
        notifyAll();
    }

    /** Tells whether it takes no more messages. */
    synchronized boolean isClosing() {
        return closing;
    }

    /**
     * Takes no more messages, and waits for the requests that are under way. Bodies that are not whole after a tenth of the time are
     * refused.
     *
     * @return whether all requests were answered in time
     */
    boolean close(Duration limit) {
        synchronized (this) {
            closing = true;
        }
        long until = System.nanoTime() + limit.toNanos();
        if (!awaitAnswers(System.nanoTime() + limit.toNanos() / 10)) {
            uploads.cutAllShort(HttpAnswer.stopping());
        }
        boolean isDone = awaitAnswers(until);
        readers.shutdown();
        writers.shutdown();
        return isDone;
    }

    private synchronized boolean awaitAnswers(long until) {
        try {
            for (long left = until - System.nanoTime(); left > 0 && underWay > 0; left = until - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return underWay == 0;
    }
}
