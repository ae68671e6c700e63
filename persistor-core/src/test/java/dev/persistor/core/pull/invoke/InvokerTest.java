package dev.persistor.core.pull.invoke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.persistor.core.config.SettingsException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The invoker against a server of HTTP. */
class InvokerTest {

    private static final byte[] NOTHING = {};
    private static final String REPORT =
            "{\"received\":5,\"persisted\":4,\"alreadyThere\":1,\"quarantined\":0,\"failed\":0,\"lost\":0,"
                    + "\"bytes\":512,\"seconds\":1.5,\"stopped\":\"idle\"}";
    private static final String FAILED = REPORT.replace("\"persisted\":4", "\"persisted\":3")
            .replace("\"failed\":0", "\"failed\":1")
            .replace("idle", "failure");

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<String> bodies = new ConcurrentLinkedQueue<>();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile Handler handler = exchange -> answer(exchange, 200, REPORT);
    private HttpServer server;

    private interface Handler {
        void handle(HttpExchange exchange) throws IOException, InterruptedException;
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            try (exchange) {
                handler.handle(exchange);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/pull";
    }

    private Invoker invoker(String... more) {
        return invoker(Map::of, more);
    }

    private Invoker invoker(Invoker.Authentication authentication, String... more) {
        Map<String, String> environment =
                new HashMap<>(Map.of("PERSISTOR_INVOKER_TARGET", address(), "PERSISTOR_INVOKER_DELAY", "1ms"));
        for (int i = 0; i < more.length; i += 2) {
            environment.put("PERSISTOR_INVOKER_" + more[i], more[i + 1]);
        }
        return new Invoker(InvokerSettings.read(environment, List.of()), authentication);
    }

    @Test
    void allCallsAreUnderWayAtTheSameTimeAndTheirReportsAreAddedUp() {
        CountDownLatch all = new CountDownLatch(8);
        handler = exchange -> {
            all.countDown();
            boolean together = all.await(60, TimeUnit.SECONDS);
            answer(exchange, together ? 200 : 500, together ? REPORT : "alone");
        };
        InvokerReport report =
                invoker("CALLS", "8", "ATTEMPTS", "1").invoke("{\"messages\":5}".getBytes(StandardCharsets.UTF_8));
        assertThat(report.failures()).isEmpty();
        assertThat(report.isSuccess()).isTrue();
        assertThat(bodies).hasSize(8).containsOnly("{\"messages\":5}");
        assertThat(new String(report.toJson(), StandardCharsets.UTF_8))
                .isEqualTo("{\"calls\":8,\"reports\":8,\"failures\":[],\"total\":{\"received\":40,\"persisted\":32,"
                        + "\"alreadyThere\":8,\"quarantined\":0,\"failed\":0,\"lost\":0,\"bytes\":4096,\"seconds\":1.5,"
                        + "\"stopped\":\"idle\"}}");
    }

    @Test
    void theKeyInTheTargetIsInNoReport() {
        handler = exchange -> answer(exchange, 500, "s3cret");
        InvokerReport report = invoker(
                        "TARGET", address() + "?code=s3cret", "CALLS", "1", "ATTEMPTS", "2", "DELAY", "1ms")
                .invoke(NOTHING);
        assertThat(report.failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure)
                        .startsWith("call " + address() + ": answered 500")
                        .doesNotContain("s3cret"));
    }

    @Test
    void callsBeginOneAfterAnother() {
        Queue<Long> times = new ConcurrentLinkedQueue<>();
        handler = exchange -> {
            times.add(System.nanoTime());
            answer(exchange, 200, REPORT);
        };
        invoker("CALLS", "3", "DELAY", "200ms").invoke(NOTHING);
        List<Long> began = List.copyOf(times);
        assertThat(began).hasSize(3);
        assertThat(Duration.ofNanos(began.get(2) - began.get(0))).isGreaterThan(Duration.ofMillis(250));
    }

    @Test
    void aRunInWhichSomethingFailedIsNotCalledAgainAndIsNoSuccess() {
        handler = exchange -> answer(exchange, 503, FAILED);
        InvokerReport report = invoker("CALLS", "2").invoke(NOTHING);
        assertThat(requests).hasValue(2);
        assertThat(report.reports()).hasSize(2);
        assertThat(report.isSuccess()).isFalse();
        assertThat(new String(report.toJson(), StandardCharsets.UTF_8)).contains("\"failed\":2");
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 503})
    void aCallThatBringsNoReportIsMadeAgain(int status) {
        handler = exchange -> answer(exchange, requests.get() == 1 ? status : 200, requests.get() == 1 ? "no" : REPORT);
        InvokerReport report = invoker("CALLS", "1").invoke(NOTHING);
        assertThat(report.isSuccess()).isTrue();
        assertThat(requests).hasValue(2);
    }

    @Test
    void aConnectionThatBreaksIsTriedAgainAndTheNumberOfAttemptsHasAnEnd() {
        handler = exchange -> {};
        InvokerReport report = invoker("CALLS", "1", "ATTEMPTS", "2").invoke(NOTHING);
        assertThat(requests).hasValueGreaterThanOrEqualTo(2);
        assertThat(report.reports()).isEmpty();
        assertThat(report.failures()).singleElement().asString().contains(address(), "no answer");
        assertThat(new String(report.toJson(), StandardCharsets.UTF_8)).contains("\"stopped\":\"failure\"");
    }

    @ParameterizedTest
    @CsvSource({"400,see its log", "403,that this invoker may call it", "302,see its log", "200,without a report"})
    void whatTryingAgainCannotHelpIsNotTriedAgain(int status, String advice) {
        handler = exchange -> {
            exchange.getResponseHeaders().set("Location", address() + "/elsewhere");
            answer(exchange, status, "<html>");
        };
        InvokerReport report = invoker("CALLS", "1").invoke(NOTHING);
        assertThat(requests).hasValue(1);
        assertThat(report.isSuccess()).isFalse();
        assertThat(report.failures()).singleElement().asString().contains("answered " + status, advice);
    }

    @Test
    void anAnswerThatDoesNotComeInTimeIsAFailureEvenInTheMiddleOfItsBody() {
        CountDownLatch over = new CountDownLatch(1);
        handler = exchange -> {
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            boolean unused = over.await(60, TimeUnit.SECONDS);
        };
        InvokerReport report = invoker("CALLS", "1", "TIMEOUT", "500ms").invoke(NOTHING);
        over.countDown();
        assertThat(report.failures()).singleElement().asString().contains("no answer within 500 ms");
        assertThat(requests).hasValue(1);
    }

    @Test
    void eachAttemptShowsWhoCalls() {
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        handler = exchange -> {
            seen.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            answer(exchange, requests.get() == 1 ? 503 : 200, REPORT.substring(requests.get() == 1 ? 1 : 0));
        };
        AtomicInteger count = new AtomicInteger();
        assertThat(invoker(() -> Map.of("Authorization", "Bearer " + count.incrementAndGet()), "CALLS", "1")
                        .invoke(NOTHING)
                        .isSuccess())
                .isTrue();
        assertThat(seen).containsExactly("Bearer 1", "Bearer 2");
    }

    @Test
    void withoutCredentialsNothingIsCalled() {
        InvokerReport report = invoker(
                        () -> {
                            throw new IOException("the metadata server does not answer");
                        },
                        "CALLS",
                        "1",
                        "ATTEMPTS",
                        "2")
                .invoke(NOTHING);
        assertThat(requests).hasValue(0);
        assertThat(report.failures()).singleElement().asString().contains("the metadata server does not answer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://example.com/pull",
                "https://name:password@example.com/",
                "ftp://example.com",
                "example.com",
                "https:///pull",
                "https://exa mple.com"
            })
    void aTargetThatWouldNotDoIsRefusedByItsName(String target) {
        assertThatThrownBy(() -> invoker("TARGET", target))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("PERSISTOR_INVOKER_TARGET")
                .hasMessageContaining("an https address");
    }

    @Test
    void aMissingTargetIsNamedTogetherWithWhatElseIsWrong() {
        Map<String, String> environment = Map.of("PERSISTOR_INVOKER_CALLS", "1001", "PERSISTOR_INVOKER_CALS", "1");
        assertThatThrownBy(() -> InvokerSettings.read(environment, List.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("PERSISTOR_INVOKER_TARGET is missing")
                .hasMessageContaining("PERSISTOR_INVOKER_CALLS is \"1001\"")
                .hasMessageContaining("did you mean 'PERSISTOR_INVOKER_CALLS'?");
    }

    @Test
    void othersSettingsAreLeftAlone() {
        Map<String, String> environment = Map.of(
                "PERSISTOR_STORE", "mem:///", "PERSISTOR_INVOKER_TARGET", "https://example.com/pull", "HOME", "/");
        assertThat(InvokerSettings.read(environment, List.of())
                        .get(InvokerSettings.TARGET)
                        .getHost())
                .isEqualTo("example.com");
        assertThat(InvokerSettings.without(environment)).containsOnlyKeys("PERSISTOR_STORE", "HOME");
    }
}
