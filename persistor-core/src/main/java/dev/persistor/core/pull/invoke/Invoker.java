package dev.persistor.core.pull.invoke;

import dev.persistor.core.capture.MalformedEventException;
import dev.persistor.core.config.Settings;
import dev.persistor.core.log.Causes;
import dev.persistor.core.log.FailureText;
import dev.persistor.core.log.OutageLog;
import dev.persistor.core.log.SafeText;
import dev.persistor.core.pull.PullException;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.PullReport;
import dev.persistor.core.retry.Backoff;
import dev.persistor.core.retry.Retry;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.core.thread.DaemonThreads;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Calls a pull function many times at once, so that as many instances of it run, and gathers their reports.
 *
 * <p>A call that brings no report is tried again while its time lasts: a run that went on all the same has acknowledged only
 * what it stored, so another does no harm.
 *
 * <p>Thread-safe.
 */
public final class Invoker {

    /** Says who calls. */
    @FunctionalInterface
    public interface Authentication {
        /**
         * Returns the headers that show it, by their names. Called before each attempt, by several threads.
         *
         * @throws IOException if there are no credentials; the message names no secret
         */
        Map<String, String> headers() throws IOException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Invoker.class);
    private static final Backoff BACKOFF = Backoff.ofMillis(250, 10_000);
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;

    private static final String CALLING = "Calling the pull function";

    private final OutageLog outages = new OutageLog(LOG);
    private final HttpClient http;
    private final Authentication authentication;
    private final URI target;
    private final int calls;
    private final Duration delay;
    private final Duration timeout;
    private final Retry retry;

    /** Calls as settings say, which hold {@link InvokerSettings#all()}. */
    public Invoker(Settings settings, Authentication authentication) {
        this.authentication = authentication;
        this.target = settings.get(InvokerSettings.TARGET);
        this.calls = settings.get(InvokerSettings.CALLS);
        this.delay = settings.get(InvokerSettings.DELAY);
        this.timeout = settings.get(InvokerSettings.TIMEOUT);
        this.retry = Retry.within(
                        RetryBudget.ofAttempts(settings.get(InvokerSettings.ATTEMPTS), BACKOFF),
                        failure -> failure instanceof PullException e && e.isRetryable())
                .onRetry(failed -> outages.failed(
                        Level.WARN,
                        CALLING,
                        OutageLog.kindOf(failed.failure()),
                        () -> "Calling again: " + failed.failure().getMessage()));
        // Redirects are not followed: they would take credentials elsewhere.
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /**
     * Makes the calls, each a moment after the one before, and waits for all of them.
     *
     * @param body what each call carries, for the pull function to check: limits as of {@link PullLimits#lowered}, or nothing
     */
    public InvokerReport invoke(byte[] body) {
        List<CompletableFuture<PullReport>> underWay = new ArrayList<>();
        for (int call = 0; call < calls; call++) {
            Executor later = CompletableFuture.delayedExecutor(
                    delay.multipliedBy(call).toMillis(), TimeUnit.MILLISECONDS, Runnable::run);
            underWay.add(CompletableFuture.supplyAsync(System::nanoTime, later)
                    .thenCompose(began -> retry.callAsync(() -> attempt(body, began))));
        }
        List<PullReport> reports = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (CompletableFuture<PullReport> call : underWay) {
            try {
                reports.add(call.join());
            } catch (CompletionException e) {
                Throwable cause = Causes.unwrapped(e);
                if (cause instanceof Error error) {
                    throw error;
                }
                failures.add(String.valueOf(cause.getMessage()));
            }
        }
        failures.forEach(failure ->
                outages.failed(Level.ERROR, CALLING, "no report", () -> "A call returned no report: " + failure));
        if (failures.isEmpty()) {
            outages.succeeded(CALLING);
        }
        return new InvokerReport(calls, reports, failures);
    }

    /** Credentials may come by HTTP, and the common pool, in which the JDK's client completes answers, must not wait for an answer. */
    private static void runInThread(Runnable task) {
        DaemonThreads.start("persistor-invoker", task);
    }

    private CompletableFuture<PullReport> attempt(byte[] body, long began) {
        CompletableFuture<byte[]> ready = CompletableFuture.completedFuture(body);
        return ready.thenComposeAsync(content -> call(content, began), Invoker::runInThread);
    }

    private CompletableFuture<PullReport> call(byte[] body, long began) {
        Duration left = timeout.minusNanos(System.nanoTime() - began);
        if (left.isNegative() || left.isZero()) {
            throw failure("timeout of " + timeout.toMillis() + " ms", false, null);
        }
        // The client's own limit ends when the headers come.
        return http.sendAsync(request(body, left), HttpResponse.BodyHandlers.ofByteArray())
                .orTimeout(left.toMillis() + 1, TimeUnit.MILLISECONDS)
                .handle((response, failure) -> {
                    if (failure != null) {
                        throw unanswered(Causes.unwrapped(failure));
                    }
                    return report(response);
                });
    }

    private HttpRequest request(byte[] body, Duration left) {
        HttpRequest.Builder request = HttpRequest.newBuilder(target)
                .timeout(left)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        try {
            authentication.headers().forEach(request::setHeader);
        } catch (IOException e) {
            throw failure("no credentials: " + e.getMessage(), true, e);
        }
        return request.build();
    }

    private PullException unanswered(Throwable cause) {
        boolean late = cause instanceof HttpTimeoutException || cause instanceof TimeoutException;
        return late
                ? failure("no answer within " + timeout.toMillis() + " ms", false, cause)
                : failure("no answer: " + FailureText.of(cause), true, cause);
    }

    /** A run in which something failed has a report too, whatever the status. */
    private PullReport report(HttpResponse<byte[]> response) {
        try {
            return PullReport.read(response.body());
        } catch (MalformedEventException e) {
            int status = response.statusCode();
            throw failure(
                    "answered " + status + " without a report" + advice(status),
                    status == TOO_MANY_REQUESTS || status >= SERVER_ERROR,
                    e);
        }
    }

    private static String advice(int status) {
        return switch (status) {
            case UNAUTHORIZED, FORBIDDEN -> "; check the address, and that this invoker may call it";
            case TOO_MANY_REQUESTS -> "; no instance is free: allow at least as many instances as calls";
            default -> "; see its log";
        };
    }

    private PullException failure(String what, boolean retryable, @Nullable Throwable cause) {
        return new PullException("call " + SafeText.address(target) + ": " + what, retryable, cause);
    }
}
