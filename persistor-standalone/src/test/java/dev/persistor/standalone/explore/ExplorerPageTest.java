package dev.persistor.standalone.explore;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.persistor.core.fixtures.ForwardingDriver;
import dev.persistor.core.fixtures.TestMessages;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.core.store.BlobDriver;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.FailureKind;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.memory.MemoryDriver;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The page in a real browser: {@code src/test/explorer} says what is expected, and this class serves the archives. */
@EnabledIfBrowserIsThere
@Timeout(450)
class ExplorerPageTest {

    private static final Path TESTS = Path.of("src/test/explorer").toAbsolutePath();
    private static final Instant SIX = Instant.parse("2026-01-31T06:00:00Z");
    private static final int MESSAGES = 10_000;
    private static final int GAP_BEGINS = 2_200;
    private static final int GAP_ENDS = 3_700;
    private static final int PAYLOAD = 10 << 20;
    private static final int MILLION = 1_000_000;
    private static final int ROWS_IN_LINE = 1_000;
    /** A folder for pictures of the page, which the documentation shows. Without it none are taken. */
    private static final Optional<String> PICTURES = Optional.ofNullable(System.getProperty("persistor.pictures"));

    private final CountDownLatch slow = new CountDownLatch(1);
    private final AtomicInteger added = new AtomicInteger();
    private ExploredArchive orders;
    private ExploredArchive hostile;
    private ExploredArchive failing;
    private HttpServer control;

    @BeforeEach
    void serve() throws IOException {
        orders = new ExploredArchive(BlobStore.over(new SlowDriver(new MemoryDriver(), slow)));
        // As capture has it: no batch spans a gap.
        orders.storeBatches(orders("orders").subList(0, GAP_BEGINS), 500);
        orders.storeBatches(orders("orders").subList(GAP_BEGINS, MESSAGES - GAP_ENDS + GAP_BEGINS), 500);
        orders.storeBatches(orders("invoices"), 500);
        orders.storeBatches(
                List.of(TestMessages.aMessage("slow")
                        .source("slow")
                        .publishTime(SIX)
                        .build()),
                1);
        hostile = new ExploredArchive(BlobStore.over(new DamagingDriver(new MemoryDriver())));
        hostile.store(hostile());
        failing = new ExploredArchive(
                BlobStore.over(new FailingDriver(new MemoryDriver())).withRetries(RetryBudget.none()));
        failing.storeBatches(orders("orders"), 500);
        control = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        control.createContext("/", this::control);
        control.start();
    }

    @AfterEach
    void stop() {
        slow.countDown();
        control.stop(0);
        orders.close();
        hostile.close();
        failing.close();
    }

    /** Two hours; of orders 18 minutes are missing, and after an hour their payload changes. */
    private static List<Message> orders(String source) {
        return IntStream.range(0, MESSAGES)
                .filter(number -> source.equals("invoices") || number < GAP_BEGINS || number >= GAP_ENDS)
                .mapToObj(number -> order(source, number))
                .toList();
    }

    private static Message order(String source, int number) {
        boolean isChanged = number >= MESSAGES / 2;
        String json = isChanged
                ? "{\"order\":%d,\"amount\":\"%d.00\",\"coupon\":{\"code\":\"X%d\"}}".formatted(number, number, number)
                : "{\"order\":%d,\"amount\":%d}".formatted(number, number);
        return TestMessages.aMessage(source + "-" + number, json)
                .source(source)
                .publishTime(SIX.plusMillis(720L * number))
                .orderingKey("customer-" + number % 10)
                .attributes(Attributes.builder()
                        .add("type", number % 100 == 3 ? "cancelled" : "created")
                        .build())
                .build();
    }

    private static List<Message> hostile() {
        List<Message> messages = new ArrayList<>();
        messages.add(hostile("html", "<img src=x onerror=\"wasAttacked = 1\"><script>wasAttacked = 1</script>"));
        messages.add(hostile("ansi", "\u001b[31mred\u001b]0;title\u0007\r\n\u0000"));
        messages.add(hostile("direction", "\u202egnp.exe\u2066\u200f {{constructor}} ${wasAttacked = 1}"));
        messages.add(hostile("deep", "[".repeat(500) + "]".repeat(500)));
        messages.add(TestMessages.aMessage("big")
                .publishTime(SIX)
                .payload(new byte[PAYLOAD])
                .build());
        Attributes.Builder many = Attributes.builder();
        IntStream.range(0, 100_000).forEach(number -> many.add("<b>" + number, "<script>wasAttacked = 1</script>"));
        messages.add(TestMessages.aMessage("attributes")
                .publishTime(SIX)
                .attributes(many.build())
                .build());
        messages.add(TestMessages.aMessage("compressed")
                .publishTime(SIX)
                .payload(compressed())
                .brokerProperties(Attributes.builder()
                        .add(BrokerProperties.CONTENT_ENCODING, "gzip")
                        .build())
                .build());
        messages.add(TestMessages.aMessage("damaged-blob", "x").publishTime(SIX).build());
        IntStream.of(1, 2, 5, 6)
                .mapToObj(offset -> TestMessages.aMessage("offset-" + offset, "x")
                        .publishTime(SIX.plusSeconds(offset))
                        .position(new Position("0", offset))
                        .build())
                .forEach(messages::add);
        return messages;
    }

    /** What senders decide: attributes, key and payload. */
    private static Message hostile(String id, String text) {
        return TestMessages.aMessage(id, text)
                .publishTime(SIX)
                .orderingKey(text)
                .attributes(Attributes.builder().add(text, text).build())
                .build();
    }

    private static byte[] compressed() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write("{\"hidden\":\"needle\"}".getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }

    /** What the tests in the browser ask of the server's side. */
    private void control(HttpExchange exchange) throws IOException {
        if (exchange.getRequestURI().getPath().equals("/million")) {
            sendMillion(exchange);
            return;
        }
        String answer = switch (exchange.getRequestURI().getPath()) {
            case "/scans" -> Integer.toString(orders.scans());
            case "/digest/compressed" -> digest(compressed());
            case "/add" -> {
                orders.storeBatches(List.of(order("live", added.getAndIncrement())), 1);
                yield "added";
            }
            default -> "unknown";
        };
        byte[] body = answer.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** An answer of the API with a million rows. */
    private static void sendMillion(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            for (int first = 0; first < MILLION; first += ROWS_IN_LINE) {
                String rows = IntStream.range(first, first + ROWS_IN_LINE)
                        .mapToObj(row -> "{\"time\":\"2026-01-31T06:00:00Z\",\"source\":\"s\",\"id\":\"row-" + row
                                + "\",\"bytes\":1,\"preview\":\"\",\"place\":\"s#" + row + "\"}")
                        .collect(Collectors.joining(","));
                out.write(("{\"rows\":[" + rows + "]}\n").getBytes(StandardCharsets.UTF_8));
            }
            out.write("{\"end\":{\"complete\":true,\"reason\":\"done\"}}\n".getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void thePageDoesWhatItsTestsInTheBrowserExpect() throws Exception {
        Path output = Path.of("target/explorer-tests.txt").toAbsolutePath();
        ProcessBuilder node = new ProcessBuilder(
                        "node", "--test", "--test-timeout=400000", "--test-reporter=spec", "explorer.test.js")
                .directory(TESTS.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        node.environment().put("EXPLORER_ORDERS", orders.url());
        node.environment().put("EXPLORER_HOSTILE", hostile.url());
        node.environment().put("EXPLORER_FAILING", failing.url());
        node.environment()
                .put(
                        "EXPLORER_CONTROL",
                        "http://127.0.0.1:" + control.getAddress().getPort());
        PICTURES.ifPresent(folder -> node.environment().put("EXPLORER_PICTURES", folder));
        node.environment().put("CHROMIUM", BrowserCondition.chromium().orElseThrow());
        Process process = node.start();
        try {
            assertThat(process.waitFor()).as(() -> text(output)).isZero();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        assertThat(text(output)).containsPattern("pass [1-9][0-9]").contains("fail 0", "skipped 0");
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "no output: " + e;
        }
    }

    /** Gives blobs of the source {@code slow} only when the test ends. */
    private static final class SlowDriver extends ForwardingDriver {
        private final CountDownLatch released;

        SlowDriver(BlobDriver driver, CountDownLatch released) {
            super(driver);
            this.released = released;
        }

        /** What the pictures show. */
        @Override
        public String address() {
            return "gs://my-archive/prod";
        }

        @Override
        public Optional<OpenBlob> open(String key) throws Exception {
            if (key.contains("slow/")) {
                released.await();
            }
            return super.open(key);
        }
    }

    /** Gives another content of one blob than was stored. */
    private static final class DamagingDriver extends ForwardingDriver {
        DamagingDriver(BlobDriver driver) {
            super(driver);
        }

        @Override
        public Optional<OpenBlob> open(String key) throws Exception {
            if (!key.contains("damaged-blob")) {
                return super.open(key);
            }
            return super.open(key).map(open -> new OpenBlob(open.info(), new ByteArrayInputStream(new byte[] {'y'})));
        }
    }

    /** Refuses every blob of the archive's second half. */
    private static final class FailingDriver extends ForwardingDriver {
        FailingDriver(BlobDriver driver) {
            super(driver);
        }

        @Override
        public Optional<OpenBlob> open(String key) throws Exception {
            if (key.contains("/07/")) {
                throw new IOException("503 the store is out of order");
            }
            return super.open(key);
        }

        @Override
        public FailureKind kindOf(Exception failure) {
            return failure instanceof IOException ? FailureKind.RETRYABLE : super.kindOf(failure);
        }
    }
}
