package dev.persistor.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.util.Context;
import java.time.Duration;
import java.util.concurrent.Executors;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The JDK's HTTP client, whose answers arrive in threads that may wait for other answers. The client alone completes them in the common
 * pool, where Azure's clients go on with what they have to do. Some of that waits for another answer, such as the load balancer of Event
 * Hubs, and the common pool may have one thread: on two processors since Java 25, which then waits for itself.
 *
 * <p>Thread-safe.
 */
final class AzureHttpClient implements HttpClient {

    static final String THREADS = "persistor-azure-answers";

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(20);

    private final HttpClient client = new JdkHttpClientBuilder()
            .connectionTimeout(CONNECT_TIMEOUT)
            .responseTimeout(REQUEST_TIMEOUT)
            .readTimeout(REQUEST_TIMEOUT)
            .writeTimeout(REQUEST_TIMEOUT)
            .build();

    /** Idle threads end by themselves, so nothing has to be closed. There are as many as answers at a time. */
    private final Scheduler answers = Schedulers.fromExecutor(Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, THREADS);
        thread.setDaemon(true);
        return thread;
    }));

    @Override
    public Mono<HttpResponse> send(HttpRequest request) {
        return client.send(request).publishOn(answers);
    }

    @Override
    public Mono<HttpResponse> send(HttpRequest request, Context context) {
        return client.send(request, context).publishOn(answers);
    }

    @Override
    public HttpResponse sendSync(HttpRequest request, Context context) {
        return client.sendSync(request, context);
    }
}
