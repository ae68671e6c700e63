package dev.persistor.gcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.testkit.ArchiveComparison;
import dev.persistor.testkit.GcsServer;
import dev.persistor.testkit.gcp.PubSubServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The invoker in the real Functions Framework: it calls a pull function in another, through a gate that lets nobody in without
 * the identity token of a metadata server, as the platform does.
 */
@Execution(ExecutionMode.CONCURRENT)
class InvokerFunctionTest {

    private static final byte[] NOTHING = {};
    private static final String SUBSCRIPTION = "projects/project/subscriptions/orders";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<String> authorizations = new ConcurrentLinkedQueue<>();
    private final Queue<String> audiences = new ConcurrentLinkedQueue<>();
    private HttpServer metadata;
    private String token;

    @BeforeEach
    void start() throws IOException {
        token = token();
        metadata = server(exchange -> {
            exchange.getResponseHeaders().set("Metadata-Flavor", "Google");
            String query = String.valueOf(exchange.getRequestURI().getRawQuery());
            if (exchange.getRequestURI().getPath().endsWith("/identity")) {
                audiences.add(query);
                answer(exchange, 200, token.getBytes(StandardCharsets.UTF_8));
            } else {
                answer(exchange, 200, "default".getBytes(StandardCharsets.UTF_8));
            }
        });
    }

    @AfterEach
    void stop() {
        metadata.stop(0);
        threads.shutdownNow();
    }

    private interface Handler {
        void handle(HttpExchange exchange) throws Exception;
    }

    private HttpServer server(Handler handler) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                handler.handle(exchange);
            } catch (Exception e) {
                throw new IOException(e);
            }
        });
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private static String address(HttpServer server) {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** A token that only lasts: nobody here checks who signed it. */
    private static String token() {
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        long now = Instant.now().getEpochSecond();
        String claims = "{\"aud\":\"a\",\"iat\":" + now + ",\"exp\":" + (now + 3_600) + "}";
        return encoder.encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + encoder.encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + "."
                + encoder.encodeToString("signed".getBytes(StandardCharsets.UTF_8));
    }

    private FunctionsFramework invoker(String target, String... more) throws IOException {
        Map<String, String> environment = new HashMap<>(Map.of(
                "PERSISTOR_INVOKER_TARGET",
                target,
                "PERSISTOR_INVOKER_DELAY",
                "20ms",
                "GCE_METADATA_HOST",
                address(metadata)));
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return FunctionsFramework.start(InvokerFunction.class, environment);
    }

    @Test
    void itHasManyRunsEmptyOneSubscription() throws Exception {
        try (PubSubServer pubSub = PubSubServer.start(Clock.systemUTC());
                GcsServer gcs = GcsServer.start();
                BlobStore archive =
                        BlobStores.open(URI.create("gs://archive"), Map.of("STORAGE_EMULATOR_HOST", gcs.endpoint()));
                FunctionsFramework pull = FunctionsFramework.start(
                        PubSubPullFunction.class,
                        Map.of(
                                "PERSISTOR_STORE",
                                "gs://archive",
                                "STORAGE_EMULATOR_HOST",
                                gcs.endpoint(),
                                "PUBSUB_EMULATOR_HOST",
                                pubSub.emulatorHost(),
                                "PERSISTOR_SUBSCRIPTION",
                                SUBSCRIPTION,
                                "PERSISTOR_PULL_OUTSTANDING_MESSAGES",
                                "20",
                                "PERSISTOR_PULL_IDLE",
                                "2s"))) {
            pubSub.createTopic("project", "topic");
            pubSub.createSubscription("project", "orders", "topic", Duration.ofMinutes(10), false);
            PublishedMessages published = new PublishedMessages(pubSub, "project", "topic", SUBSCRIPTION);
            published.publish(400);
            HttpServer gate = server(exchange -> {
                String authorization =
                        String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
                authorizations.add(authorization);
                if (!authorization.equals("Bearer " + token)) {
                    answer(exchange, 403, NOTHING);
                    return;
                }
                HttpResponse<String> answer =
                        pull.post(exchange.getRequestBody().readAllBytes());
                answer(exchange, answer.statusCode(), answer.body().getBytes(StandardCharsets.UTF_8));
            });
            String target = "http://" + address(gate) + "/pull";
            try (FunctionsFramework invoker = invoker(target, "PERSISTOR_INVOKER_CALLS", "4")) {
                HttpResponse<String> answer = invoker.post("{\"messages\": 200}".getBytes(StandardCharsets.UTF_8));
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                assertThat(answer.body())
                        .contains("\"calls\":4,\"reports\":4,\"failures\":[]", "\"received\":400,\"persisted\":400");
                assertThat(authorizations).hasSize(4);
                assertThat(audiences).isNotEmpty().allMatch(query -> query.contains("audience=http"));
                assertThat(audiences).allMatch(query -> query.contains("pull"));
                assertThat(pubSub.unacknowledged("project", "orders")).isZero();
                ArchiveComparison comparison = ArchiveComparison.of(published.messages("orders"), archive);
                assertThat(comparison.isExact()).as("%s", comparison).isTrue();
            } finally {
                gate.stop(0);
            }
        }
    }

    @Test
    void withoutAuthenticationItShowsNoToken() throws Exception {
        HttpServer target = server(exchange -> {
            authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            answer(exchange, 404, NOTHING);
        });
        try (FunctionsFramework invoker = invoker(
                "http://" + address(target) + "/",
                "PERSISTOR_INVOKER_AUTHENTICATION",
                "none",
                "PERSISTOR_INVOKER_CALLS",
                "2")) {
            HttpResponse<String> answer = invoker.post(NOTHING);
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("answered 404 without a report", "\"reports\":0");
            assertThat(authorizations).containsExactly("null", "null");
            assertThat(audiences).isEmpty();
        } finally {
            target.stop(0);
        }
    }

    @Test
    void badRequestsAndSettingsAreRefused() throws Exception {
        try (FunctionsFramework invoker = invoker("http://example.com/", "PERSISTOR_INVOKER_AUTHENTICATION", "token")) {
            assertThat(invoker.get().statusCode()).isEqualTo(405);
            assertThat(invoker.post(new byte[5_000]).statusCode()).isEqualTo(413);
            assertThat(invoker.post(NOTHING).statusCode()).isEqualTo(500);
            assertThat(invoker.log())
                    .contains("PERSISTOR_INVOKER_TARGET is \"http://example.com/\"")
                    .contains("PERSISTOR_INVOKER_AUTHENTICATION is \"token\": unknown value");
        }
    }
}
