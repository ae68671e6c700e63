package dev.persistor.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.testkit.Numbered;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that are slow, or do not speak HTTP, take nothing from others. */
@Timeout(120)
class HttpClientsTest {

    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final String CONFIG = """
            defaults:
              store: %s
            captures:
              web: {from: http, http-body: 1MiB}
            """;
    private static final String HEADERS =
            "POST /v1/web HTTP/1.1\r\nHost: x\r\nce-id: 1\r\nce-time: 2026-01-31T06:00:00Z\r\n";

    private final List<RawClient> clients = new ArrayList<>();
    private @TempDir Path folder;
    /** Started by each test with limits of its own. */
    @SuppressWarnings("NullAway.Init")
    private RunningService service;

    private void start(HttpLimits limits) throws IOException {
        service = RunningService.start(
                folder, CONFIG.formatted(folder.resolve("archive").toUri()), limits);
    }

    @AfterEach
    void stop() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
        service.close();
    }

    private RawClient client() throws IOException {
        RawClient client = RawClient.connect(service.port());
        clients.add(client);
        return client;
    }

    @Nested
    class Slow {

        @Test
        void aConnectionThatSendsNothingIsClosed() throws Exception {
            start(new HttpLimits(100, LONG, SHORT, LONG, LONG, LONG, 1));
            assertThat(client().readToEnd()).isEmpty();
            RawClient kept = client().send("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(kept.readAnswer()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("live\n");
            assertThat(kept.readToEnd()).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"POST /v1", HEADERS})
        void headersThatAreNotCompleteInTimeEndTheirConnection(String begun) throws Exception {
            start(new HttpLimits(100, LONG, LONG, SHORT, LONG, LONG, 1));
            assertThat(client().send(begun).readToEnd()).isEmpty();
            RawClient again = client().send("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(again.readAnswer()).endsWith("live\n");
            assertThat(again.send(begun).readToEnd()).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"Content-Length: 100\r\n\r\nx", "Transfer-Encoding: chunked\r\n\r\n2\r\nxx\r\n7;"})
        void aBodyThatMakesTooLittleProgressIsRefused(String begun) throws Exception {
            start(new HttpLimits(100, LONG, LONG, LONG, LONG, SHORT, 10));
            assertThat(client().send(HEADERS + begun).readToEnd())
                    .startsWith("HTTP/1.1 408 ")
                    .contains("Connection: close")
                    .endsWith("the body arrived too slowly; send at least 10 bytes in 0 s\n");
        }

        @Test
        void aBodyThatTakesTooLongEndsItsConnection() throws Exception {
            start(new HttpLimits(100, LONG, LONG, LONG, SHORT, LONG, 1));
            assertThat(client().send(HEADERS + "Content-Length: 100\r\n\r\nx").readToEnd())
                    .isEmpty();
        }

        @Test
        void aRequestThatIsReadLateIsServedAlthoughManyConnectionsAreNewer() throws Exception {
            start(new HttpLimits(4, LONG, LONG, LONG, LONG, LONG, 1));
            RawClient early = client();
            for (int i = 0; i < 8; i++) {
                client();
            }
            assertThat(early.send("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
                            .readAnswer())
                    .endsWith("live\n");
        }

        /** Also those that hold a body back, and one that is being refused meanwhile. */
        @Test
        void theConnectionThatHasWaitedLongestMakesRoomForANewOne() throws Exception {
            start(new HttpLimits(4, Duration.ofMillis(1), LONG, LONG, LONG, LONG, 1));
            RawClient first = client().send("POST ");
            RawClient second = client().send(HEADERS + "Content-Length: 100\r\n\r\nx");
            RawClient third = client().send(HEADERS + "Content-Length: 2000000\r\n\r\nx");
            await().atMost(Duration.ofMinutes(1)).until(() -> service.meter("persistor_http_connections") >= 4);
            for (int i = 0; i < 5; i++) {
                assertThat(client().send("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
                                .readAnswer())
                        .endsWith("live\n");
            }
            assertThat(first.readToEnd()).isEmpty();
            assertThat(second.readToEnd()).isEmpty();
            assertThat(third.readToEnd()).isEmpty();
        }
    }

    @Nested
    class NotHttp {

        @BeforeEach
        void start() throws IOException {
            HttpClientsTest.this.start(HttpLimits.of(100, 1L << 30));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "secret\r\n\r\n",
                    "GET / HTTP/7.0\r\n\r\n",
                    "POST /v1/web HTTP/1.1\r\n\r\n",
                    HEADERS + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nx",
                    HEADERS + "Content-Length: x\r\n\r\n",
                    HEADERS + "Content-Length: 99999999999999999999\r\n\r\n",
                    HEADERS + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                    HEADERS + "secret\r\n\r\n",
                    HEADERS + "se cret: x\r\n\r\n",
                    HEADERS + "Transfer-Encoding: chunked\r\n\r\nsecret\r\n",
                    HEADERS + "Transfer-Encoding: chunked\r\n\r\n1\r\nxsecret\r\n",
                    "\u0016\u0003\u0001\u0002\u0000\u0001\u0000"
                })
        void itIsAnsweredAndItsConnectionIsClosed(String request) throws Exception {
            assertThat(client().send(request).readToEnd())
                    .matches("(?s)HTTP/1\\.1 (400|413|501|505) .*")
                    .contains("Connection: close")
                    .doesNotContain("secret", "Jetty", "Exception");
            assertThat(service.get("/health/live").statusCode()).isEqualTo(200);
        }

        @Test
        void aHeaderThatIsNotAsciiIsRefused() throws Exception {
            for (String value : List.of("\u00c3\u00a9", "\u00e9", "a\u007f")) {
                assertThat(client().send(HEADERS + "ce-subject: " + value + "\r\nContent-Length: 1\r\n\r\nx")
                                .readAnswer())
                        .startsWith("HTTP/1.1 400 ");
            }
        }

        @Test
        void headersHaveALimit() throws Exception {
            assertThat(client().send("GET / HTTP/1.1\r\nHost: x\r\n" + "a:b\r\n".repeat(20_000))
                            .readToEnd())
                    .startsWith("HTTP/1.1 431 ")
                    .endsWith("the headers are larger than 8192 bytes\n");
            // What follows the body counts as well.
            RawClient client = client().send(HEADERS + "Transfer-Encoding: chunked\r\n\r\n0\r\n");
            assertThat(client.send("a:b\r\n".repeat(20_000)).readToEnd()).startsWith("HTTP/1.1 4");
        }

        @Test
        void aBodyThatEndsEarlyIsNoMessage() throws Exception {
            RawClient client = client().send(HEADERS + "Content-Length: 100\r\n\r\nx");
            client.close();
            RawClient whole = client().send(HEADERS + "Content-Length: 1\r\n\r\nx");
            assertThat(whole.readAnswer()).endsWith("{\"durable\":1}\n");
            try (BlobStore store = BlobStore.over(FileDriver.open(folder.resolve("archive")))) {
                assertThat(Numbered.count(store, "web/")).isEqualTo(1);
            }
        }

        /** A client that has begun to send hears why it was refused, and goes on with the same connection. */
        @Test
        void theBodyOfARefusedRequestIsReadToItsEnd() throws Exception {
            RawClient client = client().send(HEADERS + "Content-Length: 3000000\r\n\r\n");
            client.send(new byte[3_000_000]);
            assertThat(client.readAnswer())
                    .startsWith("HTTP/1.1 413 ")
                    .contains("the body has 3000000 bytes; the limit http-body is 1048576");
            client.send(HEADERS + "Transfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 20; i++) {
                client.send("10000\r\n").send(new byte[1 << 16]).send("\r\n");
            }
            assertThat(client.send("0\r\n\r\n").readAnswer())
                    .startsWith("HTTP/1.1 413 ")
                    .contains("more than 1048576 bytes");
            client.send(HEADERS + "Content-Length: 1\r\n\r\nx");
            assertThat(client.readAnswer()).startsWith("HTTP/1.1 200 ");
        }

        /** Clients that ask first need not send. */
        @Test
        void aClientThatAsksFirstIsAnsweredAtOnce() throws Exception {
            assertThat(client().send(HEADERS + "Expect: 100-continue\r\nContent-Length: 3000000\r\n\r\n")
                            .readToEnd())
                    .startsWith("HTTP/1.1 413 ");
            RawClient client = client().send(HEADERS + "Expect: 100-continue\r\nContent-Length: 1\r\n\r\n");
            assertThat(client.readToEndOf("\r\n\r\n")).startsWith("HTTP/1.1 100 Continue\r\n");
            assertThat(client.send("x").readAnswer()).endsWith("{\"durable\":1}\n");
        }
    }

    @Test
    void anAddressIsServedByOneProcess() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String yaml = "http-address: 127.0.0.1:" + taken.getLocalPort() + "\n"
                    + CONFIG.formatted(folder.resolve("archive").toUri());
            assertThatThrownBy(() -> RunningService.start(folder, yaml, Map.of()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("HTTP cannot be served at 127.0.0.1:" + taken.getLocalPort());
        }
        start(HttpLimits.of(100, 1L << 30));
        String yaml = "http-address: 127.0.0.1:" + service.port() + "\n"
                + CONFIG.formatted(folder.resolve("archive").toUri());
        assertThatThrownBy(() -> RunningService.start(folder, yaml, Map.of())).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> RunningService.start(
                        folder,
                        "admin-address: 127.0.0.1:" + service.port() + "\n"
                                + CONFIG.formatted(folder.resolve("archive").toUri()),
                        Map.of()))
                .isInstanceOf(IOException.class);
    }

    @Test
    void healthAndMetricsHaveAnAddressOfTheirOwnWhereThatIsSaid() throws Exception {
        service = RunningService.start(
                folder,
                "admin-address: 127.0.0.1:0\n"
                        + CONFIG.formatted(folder.resolve("archive").toUri()),
                Map.of());
        assertThat(service.adminPort()).isNotEqualTo(service.port());
        assertThat(service.get("/health/live").body()).isEqualTo("live\n");
        assertThat(service.get("/metrics").body()).contains("persistor_ready");
        assertThat(client().send("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n").readAnswer())
                .startsWith("HTTP/1.1 404 ")
                .endsWith("no such path; the paths are /v1/SOURCE\n");
        try (RawClient admin = RawClient.connect(service.adminPort())) {
            assertThat(admin.send(HEADERS + "Content-Length: 1\r\n\r\nx").readAnswer())
                    .startsWith("HTTP/1.1 404 ")
                    .endsWith("no such path; the paths are /health/live, /health/ready, /metrics\n");
        }
    }
}
