package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.persistor.core.message.Message;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The replays of docs/recovery.md print what stands there: a gap of 165 orders, a kill, a message that is refused. */
class RecoveryDocumentationTest {

    private static final Path DOCUMENT = Path.of("../docs/recovery.md");
    private static final Instant FIRST = Instant.parse("2026-01-31T06:50:10.917Z");
    private static final long MILLIS_BETWEEN = 7_211;
    private static final int ORDERS = 165;
    private static final int CUSTOMERS = 40;
    private static final String REFUSED = "7310801";

    private final CommandRun command = new CommandRun();
    private final Set<String> arrived = ConcurrentHashMap.newKeySet();
    private volatile boolean isMended;
    private HttpServer server;
    private @TempDir Path folder;

    @BeforeEach
    void start() throws Exception {
        CommandRun.archive(
                folder.resolve("archive"),
                IntStream.range(0, ORDERS)
                        .mapToObj(RecoveryDocumentationTest::order)
                        .toList());
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            String id = exchange.getRequestHeaders().getFirst("persistor-id");
            boolean isRefused = id.equals(REFUSED) && !isMended;
            if (!isRefused) {
                arrived.add(id);
            }
            byte[] reason = "the amount must not be negative".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(isRefused ? 400 : 204, isRefused ? reason.length : -1);
            if (isRefused) {
                exchange.getResponseBody().write(reason);
            }
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static Message order(int number) {
        return Message.builder()
                .id(Integer.toString(7_310_700 + number))
                .source("orders")
                .publishTime(FIRST.plusMillis(MILLIS_BETWEEN * number))
                .orderingKey("customer-" + number % CUSTOMERS)
                .payload(("{\"order\":" + (700 + number) + ",\"amount\":" + number % 90 + "}")
                        .getBytes(StandardCharsets.UTF_8))
                .build();
    }

    private String target() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/orders";
    }

    private int replay(String... options) {
        List<String> line = new ArrayList<>(List.of(
                "replay",
                folder.resolve("archive").toString(),
                "--source",
                "orders",
                "--from",
                "2026-01-31T06:50:00Z",
                "--to",
                "2026-01-31T07:10:00Z",
                "--to",
                target(),
                "--failed",
                folder.resolve("persistor-failed").toString()));
        line.addAll(List.of(options));
        return command.run(line.toArray(String[]::new));
    }

    private int replayNoted(String... options) {
        List<String> line = new ArrayList<>(List.of(
                "--yes",
                "--checkpoint",
                folder.resolve("gap.checkpoint").toString(),
                "--audit",
                folder.resolve("gap.audit").toString()));
        line.addAll(List.of(options));
        return replay(line.toArray(String[]::new));
    }

    /** Compares with the folder and the target that the document has. */
    private void assertDocumented(String text) throws Exception {
        String shown = text.replace(folder.toUri().toString(), "file:///srv/")
                .replace(target(), "https://intake.example.com/orders");
        assertThat(Files.readString(DOCUMENT)).contains(shown);
    }

    @Test
    void theReplaysOfTheGuidePrintWhatStandsThere() throws Exception {
        assertThat(replay("--dry-run")).isZero();
        assertDocumented(command.out());

        killAfter(37);
        assertDocumented(Files.readAllLines(folder.resolve("gap.audit")).get(0));
        assertThat(replayNoted()).isEqualTo(1);
        assertDocumented(command.out());

        Path kept = folder.resolve("persistor-failed/20260131T120000000Z");
        assertThat(command.run("ls", kept.toString())).isZero();
        assertDocumented(command.out());

        isMended = true;
        assertThat(replayNoted()).isZero();
        assertDocumented(command.out());
        assertThat(arrived).hasSize(ORDERS);
    }

    @Test
    void theExclusionOfTheGuidePrintsWhatStandsThere() throws Exception {
        assertThat(replayNoted()).isEqualTo(1);
        Path exclusions = folder.resolve("exclusions.txt");
        Files.writeString(exclusions, """
                # refused by intake since release 41
                id:7310801
                """);
        assertDocumented(Files.readString(exclusions));
        assertThat(replayNoted("--exclude", exclusions.toString())).isZero();
        assertDocumented(command.out().substring(command.out().indexOf("published   ")));
        assertThat(arrived).hasSize(ORDERS - 1);
    }

    /** As a kill leaves it when the last message was handed over, and its answer was not noted. */
    private void killAfter(int messages) throws Exception {
        assertThat(replayNoted("--limit", Integer.toString(messages), "--under-way", "1"))
                .isZero();
        Path checkpoint = folder.resolve("gap.checkpoint");
        List<String> noted = Files.readAllLines(checkpoint);
        String outcome = noted.stream()
                .filter(line -> line.startsWith("="))
                .reduce((first, second) -> second)
                .orElseThrow();
        noted.remove(outcome);
        Files.write(checkpoint, noted);
    }
}
