package dev.persistor.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.util.Context;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

class AzureHttpClientTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final AzureHttpClient client = new AzureHttpClient();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private HttpRequest request() {
        return new HttpRequest(
                HttpMethod.GET, "http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    @Test
    void answersArriveInThreadsThatMayWait() {
        assertThat(client.send(request(), Context.NONE)
                        .map(answer -> Thread.currentThread().getName())
                        .block(PATIENCE))
                .startsWith(AzureHttpClient.THREADS);
        assertThat(client.send(request())
                        .map(answer -> Thread.currentThread().getName())
                        .block(PATIENCE))
                .startsWith(AzureHttpClient.THREADS);
        assertThat(client.sendSync(request(), Context.NONE).getStatusCode()).isEqualTo(204);
    }

    /** As Azure's own load balancer does. */
    @Test
    void manyThatWaitForAnotherAnswerDoNotWaitForOneAnother() {
        assertThat(Flux.range(0, 100)
                        .flatMap(
                                i -> client.send(request())
                                        .map(answer -> client.send(request())
                                                .block(PATIENCE)
                                                .getStatusCode()),
                                100)
                        .collectList()
                        .block(PATIENCE))
                .hasSize(100)
                .containsOnly(204);
    }
}
