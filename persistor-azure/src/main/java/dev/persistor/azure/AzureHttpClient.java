package dev.persistor.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.util.Context;
import dev.persistor.core.thread.DaemonThreads;
import java.time.Duration;
import java.util.concurrent.Executors;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The JDK's HTTP client, with threads of its own for answers. By itself, the JDK's client completes answers in the common pool, and
 * Azure's clients continue in that thread. Some of them wait there for another answer, as the load balancer of Event Hubs does. If the
 * common pool has one thread, as on two processors since Java 25, that answer cannot arrive.
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

    /** One thread for each answer that is being handled. Idle threads end by themselves, so nothing has to be closed. */
    private final Scheduler answers =
            Schedulers.fromExecutor(Executors.newCachedThreadPool(DaemonThreads.numbered(THREADS)));

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
