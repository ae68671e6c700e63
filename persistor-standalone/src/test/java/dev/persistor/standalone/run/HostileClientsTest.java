package dev.persistor.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.testkit.Numbered;
import dev.persistor.testkit.ReservedPort;
import dev.persistor.testkit.kafka.KafkaBroker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process with a heap of 256 MiB gets hostile requests, and slow clients in each phase of a request, at the same time. An honest client
 * and a capture from Kafka go on meanwhile, and probes are answered. How many requests of each kind, how many slow clients in each
 * phase, and how long a probe may take, the properties {@code persistor.hostile.requests}, {@code persistor.slow.clients} and {@code
 * persistor.probe.millis} say; with {@code persistor.probe.admin=true} health has an address of its own. Figures are in {@code target/hostile-clients.txt}.
 */
@Timeout(3_600)
class HostileClientsTest {

    private static final int REQUESTS = Integer.getInteger("persistor.hostile.requests", 4);
    private static final int SLOW = Integer.getInteger("persistor.slow.clients", 30);
    private static final int PROBE_MILLIS = Integer.getInteger("persistor.probe.millis", 20_000);
    /** Without it, health is asked for at the address of the messages, which is the harder case. */
    private static final boolean ADMIN = Boolean.getBoolean("persistor.probe.admin");

    private static final int SENDERS = 16;
    private static final String HEADERS =
            "POST /v1/web HTTP/1.1\r\nHost: x\r\nce-id: slow\r\nce-time: 2026-01-31T06:00:00Z\r\n";
    /** How a request begins, and what comes of it again and again, each byte for itself. */
    private static final Map<String, List<String>> PHASES = Map.of(
            "request line", List.of("POST /v1/", "x"),
            "headers", List.of(HEADERS, "a: b\r\n"),
            "body", List.of(HEADERS + "Content-Length: 1000000\r\n\r\n", "x"),
            "chunks", List.of(HEADERS + "Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"),
            "after the response", List.of("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", ""));

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<RawClient> slow = new ArrayList<>();
    private @TempDir Path folder;
    private volatile boolean isOver;

    @AfterEach
    void stop() throws IOException {
        threads.shutdownNow();
        for (RawClient client : slow) {
            client.close();
        }
    }

    /** What a client saw. */
    private record Seen(int answered, int retried, long medianMillis, long oneInHundredMillis, long slowestMillis) {

        static Seen of(List<Long> nanos, int retried) {
            List<Long> sorted = nanos.stream().sorted().toList();
            return new Seen(
                    nanos.size(),
                    retried,
                    TimeUnit.NANOSECONDS.toMillis(sorted.get(sorted.size() / 2)),
                    TimeUnit.NANOSECONDS.toMillis(sorted.get(sorted.size() * 99 / 100)),
                    TimeUnit.NANOSECONDS.toMillis(sorted.get(sorted.size() - 1)));
        }
    }

    @Test
    void neitherHostileNorSlowClientsTakeAnythingFromOthers() throws Exception {
        Path log = folder.resolve("log");
        Map<String, byte[]> kinds = HostileRequests.all();
        try (ReservedPort port = ReservedPort.reserve();
                ReservedPort admin = ReservedPort.reserve();
                KafkaBroker broker = KafkaBroker.start(Files.createDirectory(folder.resolve("broker")));
                BlobStore store = BlobStore.over(FileDriver.open(folder.resolve("archive")))) {
            broker.create("orders", 2, Map.of());
            ReservedPort health = ADMIN ? admin : port;
            Path config = config(broker, port, health);
            try (RunProcess process =
                    RunProcess.start(config, log, health, Map.of(), "-Xmx256m", "-XX:+ExitOnOutOfMemoryError")) {
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> process.get("/health/ready").contains("\"status\":\"ready\""));
                // Before it is ready it may have waited for the broker, which starts on the same processors.
                int started = process.log().length();
                Future<Seen> probes = threads.submit(() -> probe(health.number()));
                Future<Seen> honest = threads.submit(() -> post(port.number()));
                Future<Integer> kafka = threads.submit(() -> send(broker));
                Future<Integer> reconnected = threads.submit(() -> dribble(port.number()));
                List<String> figures = new ArrayList<>();
                for (Map.Entry<String, byte[]> kind : kinds.entrySet()) {
                    figures.add(attack(port.number(), kind.getKey(), kind.getValue()));
                    assertThat(process.isAlive())
                            .as(kind.getKey() + "\n" + process.log())
                            .isTrue();
                }
                isOver = true;
                int sent = kafka.get();
                figures.add("slow clients reconnected " + reconnected.get() + " times");
                figures.add("probes " + probes.get());
                figures.add("honest client " + honest.get());
                await().atMost(Duration.ofMinutes(2)).until(() -> broker.committed("persistor") == sent);
                figures.add("from Kafka " + sent);
                figures.add("largest heap in use after a collection, in bytes "
                        + process.meter("jvm_gc_max_data_size_bytes") + ", live "
                        + process.meter("jvm_gc_live_data_size_bytes"));
                Files.write(Path.of("target", "hostile-clients.txt"), figures);
                assertThat(probes.get().retried())
                        .as("probes without an answer")
                        .isZero();
                assertThat(process.terminate()).as(process.log()).isEqualTo(143);
                Numbered.assertOnce(store, "orders/", sent);
                Numbered.assertOnce(store, "web/", honest.get().answered());
                assertThat(process.log().substring(started)).doesNotContain("\"severity\":\"ERROR\"");
            }
            assertThat(Files.readString(log)).doesNotContain("OutOfMemory");
        }
    }

    private Path config(KafkaBroker broker, ReservedPort port, ReservedPort health) throws IOException {
        return Files.writeString(folder.resolve("persistor.yaml"), """
                http-address: 127.0.0.1:%d
                %sdefaults:
                  store: %s
                  format: jsonl
                  batch-messages: 100
                  batch-linger: 50ms
                  batch-memory: 16MiB
                captures:
                  web: {from: http}
                  orders:
                    from: kafka
                    kafka-servers: %s
                    kafka-topics: orders
                    pull-outstanding-bytes: 8MiB
                """.formatted(
                        port.number(),
                        port == health ? "" : "admin-address: 127.0.0.1:" + health.number() + "\n",
                        folder.resolve("archive").toUri(),
                        broker.servers()));
    }

    private void pause(long millis) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(millis);
    }

    /** Each probe is a connection of its own, as that of an orchestrator is. */
    private Seen probe(int port) throws Exception {
        List<Long> times = new ArrayList<>();
        int unanswered = 0;
        while (!isOver) {
            long start = System.nanoTime();
            try (RawClient client = RawClient.connect(port).within(Duration.ofMillis(PROBE_MILLIS))) {
                assertThat(client.send("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
                                .readAnswer())
                        .startsWith("HTTP/1.1 200 ");
            } catch (IOException e) {
                unanswered++;
            }
            times.add(System.nanoTime() - start);
            pause(200);
        }
        return Seen.of(times, unanswered);
    }

    /** Sends each message until it is durable, as senders must. */
    private Seen post(int port) throws Exception {
        HttpClient http = HttpClient.newHttpClient();
        List<Long> times = new ArrayList<>();
        int retried = 0;
        while (!isOver) {
            HttpRequest post = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/web"))
                    .headers("ce-id", "id-" + times.size(), "ce-time", "2026-01-31T06:00:00Z")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(Numbered.payload(times.size())))
                    .build();
            long start = System.nanoTime();
            while (!isTaken(http, post)) {
                retried++;
            }
            times.add(System.nanoTime() - start);
            pause(20);
        }
        return Seen.of(times, retried);
    }

    private static boolean isTaken(HttpClient http, HttpRequest post) throws InterruptedException {
        try {
            int status = http.send(post, BodyHandlers.ofString()).statusCode();
            assertThat(status).isIn(200, 503);
            return status == 200;
        } catch (IOException e) {
            // A connection that was idle may be closed at the moment in which it is used again.
            return false;
        }
    }

    private int send(KafkaBroker broker) throws Exception {
        int sent = 0;
        while (!isOver) {
            broker.send("orders", sent, sent + 20);
            sent += 20;
            pause(200);
        }
        return sent;
    }

    /** Each slow client sends a byte a second, and connects again when its connection is closed. */
    private int dribble(int port) throws Exception {
        List<List<String>> scripts = new ArrayList<>();
        int[] at = new int[SLOW * PHASES.size()];
        int reconnected = 0;
        for (List<String> script : PHASES.values()) {
            for (int i = 0; i < SLOW; i++) {
                scripts.add(script);
                slow.add(RawClient.connect(port).send(script.get(0)));
            }
        }
        while (!isOver) {
            for (int i = 0; i < slow.size(); i++) {
                String more = scripts.get(i).get(1);
                try {
                    slow.get(i)
                            .send(
                                    more.isEmpty()
                                            ? ""
                                            : more.substring(at[i] % more.length(), at[i] % more.length() + 1));
                    at[i]++;
                } catch (IOException e) {
                    slow.get(i).close();
                    slow.set(i, RawClient.connect(port).send(scripts.get(i).get(0)));
                    at[i] = 0;
                    reconnected++;
                }
            }
            pause(1_000);
        }
        return reconnected;
    }

    private String attack(int port, String kind, byte[] request) throws Exception {
        long start = System.nanoTime();
        List<Callable<String>> senders = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            senders.add(() -> statusOf(port, request));
        }
        Map<String, Integer> answers = new TreeMap<>();
        ExecutorService attackers = Executors.newFixedThreadPool(SENDERS);
        try {
            for (Future<String> answer : attackers.invokeAll(senders)) {
                answers.merge(answer.get(), 1, Integer::sum);
            }
        } finally {
            attackers.shutdownNow();
        }
        assertThat(answers).as(kind).doesNotContainKey("200");
        return kind + ": " + answers + ", " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) + " ms";
    }

    /** A client that is cut off has no answer; nor has one that does not end its request, whom this waits for a second. */
    private static String statusOf(int port, byte[] request) throws IOException {
        try (RawClient client = RawClient.connect(port)) {
            String answer = client.within(Duration.ofSeconds(2)).sendAll(request);
            return answer.length() < 12 ? "none" : answer.substring(9, 12);
        }
    }
}
