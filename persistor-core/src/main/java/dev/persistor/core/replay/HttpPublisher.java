package dev.persistor.core.replay;

import dev.persistor.core.log.Causes;
import dev.persistor.core.log.FailureText;
import dev.persistor.core.message.Message;
import dev.persistor.core.retry.Backoff;
import dev.persistor.core.retry.Retry;
import dev.persistor.core.retry.RetryBudget;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Posts each message to an address: the payload is the body, and everything else travels in headers of the names and values
 * that a raw blob's metadata has, {@code persistor-id}, {@code persistor-attributes} and so on. A complete answer of 2xx says that
 * the message is there. Time-outs, broken connections, 408, 429 and 5xx are tried again a few times.
 *
 * <p>Messages of one ordering key go one after another, all others at the same time.
 *
 * <p>Thread-safe.
 */
final class HttpPublisher implements MessagePublisher {

    private static final int UNDER_WAY = 64;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Retry RETRY = Retry.within(
            RetryBudget.ofAttempts(4, Backoff.ofMillis(100, 2_000)),
            failure -> failure instanceof PublishException e && e.isRetryable());

    private final HttpRequests requests;
    /** The time limit of a request, from connecting to the last byte of its answer. */
    private final Duration timeout;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            // A redirect would take the Authorization header and the messages to a host that was not configured.
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final Semaphore slots = new Semaphore(UNDER_WAY);
    /** The last message of each ordering key that is under way, or has failed. Guarded by itself. */
    private final Map<String, CompletableFuture<Published>> tails = new HashMap<>();

    private volatile boolean closed;

    HttpPublisher(HttpRequests requests) {
        this(requests, TIMEOUT);
    }

    HttpPublisher(HttpRequests requests, Duration timeout) {
        this.requests = requests;
        this.timeout = timeout;
    }

    @Override
    public CompletableFuture<Published> publish(Message message) throws InterruptedException {
        slots.acquire();
        if (closed) {
            slots.release();
            throw new IllegalStateException("this publisher is closed");
        }
        Post post = postOrRelease(message);
        message.orderingKey().ifPresentOrElse(key -> sendAfterOthersOf(key, post), () -> post.send());
        return post.result.whenComplete((answer, failure) -> slots.release());
    }

    /** Closing waits until every slot is free, so a message that becomes no request must not keep one. */
    private Post postOrRelease(Message message) {
        try {
            return new Post(requests.of(message));
        } catch (Throwable e) {
            slots.release();
            throw e;
        }
    }

    private void sendAfterOthersOf(String key, Post post) {
        CompletableFuture<Published> last;
        synchronized (tails) {
            last = tails.put(key, post.result);
        }
        if (last == null) {
            post.send();
        } else {
            sendAfter(last, key, post);
        }
        // A key whose last message failed is kept, so that no later one overtakes it.
        CompletableFuture<?> unused = post.result.thenRun(() -> forget(key, post));
    }

    private static void sendAfter(CompletableFuture<Published> last, String key, Post post) {
        CompletableFuture<?> unused = last.whenComplete((answer, failure) -> {
            if (failure == null) {
                post.send();
            } else {
                post.result.completeExceptionally(PublishException.afterFailureOf(key));
            }
        });
    }

    private void forget(String key, Post post) {
        synchronized (tails) {
            tails.remove(key, post.result);
        }
    }

    /** One message on its way. */
    private final class Post {

        private final HttpRequest request;
        private final CompletableFuture<Published> result = new CompletableFuture<>();

        Post(HttpRequest request) {
            this.request = request;
        }

        void send() {
            CompletableFuture<?> unused = RETRY.callAsync(this::attempt).whenComplete((answer, failure) -> {
                if (failure == null) {
                    result.complete(answer);
                } else {
                    result.completeExceptionally(translated(Causes.unwrapped(failure)));
                }
            });
        }

        private CompletableFuture<Published> attempt() {
            AnswerText text = new AnswerText();
            CompletableFuture<HttpResponse<Void>> exchange =
                    http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArrayConsumer(text::add));
            // The request's own timeout ends with the headers of the answer: a body that stalls would hold the replay
            // for ever.
            return exchange.copy()
                    .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                    .exceptionallyCompose(failure -> {
                        exchange.cancel(true);
                        return CompletableFuture.failedFuture(unanswered(Causes.unwrapped(failure)));
                    })
                    .thenApply(answer -> published(answer.statusCode(), text));
        }

        private PublishException unanswered(Throwable cause) {
            boolean isLate = cause instanceof TimeoutException;
            String reason = isLate ? "no complete answer within " + shown(timeout) : FailureText.of(cause);
            return failed(reason, isLate || cause instanceof IOException, cause);
        }

        private Published published(int status, AnswerText text) {
            if (status / 100 == 2) {
                return Published.withoutId();
            }
            throw failed(reason(status, text), isRetryable(status), null);
        }

        private PublishException failed(String reason, boolean isRetryable, @Nullable Throwable cause) {
            return new PublishException("post to " + requests.printable() + ": " + reason, isRetryable, cause);
        }

        private PublishException translated(Throwable failure) {
            return failure instanceof PublishException known ? known : failed(FailureText.of(failure), false, failure);
        }
    }

    private static String shown(Duration time) {
        return time.toSeconds() > 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }

    private String reason(int status, AnswerText text) {
        return "status " + status
                + (status / 100 == 3
                        ? ": redirects are not followed; use the address that it redirects to"
                        : text.shown(requests::withoutSecrets));
    }

    private static boolean isRetryable(int status) {
        return status == 408 || status == 429 || status / 100 == 5;
    }

    /** Does nothing: no message waits for another. */
    @Override
    public void flush() {}

    @Override
    public void resume(String orderingKey) {
        synchronized (tails) {
            tails.remove(orderingKey);
        }
    }

    /** Returns nothing: headers hold all of a message. */
    @Override
    public List<String> losses(Message message) {
        return List.of();
    }

    @Override
    public void close() {
        closed = true;
        // All of them come back when nothing is under way any more.
        slots.acquireUninterruptibly(UNDER_WAY);
        slots.release(UNDER_WAY);
    }

    @Override
    public String toString() {
        return requests.printable();
    }
}
