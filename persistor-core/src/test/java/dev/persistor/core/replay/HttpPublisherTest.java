package dev.persistor.core.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.persistor.core.log.Causes;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpPublisherTest {

    private record Request(Map<String, String> headers, ByteBuffer body) {
        String id() {
            return headers.getOrDefault("persistor-id", "");
        }
    }

    /** Decides a request's status. */
    private interface Answer {
        int status(Request request) throws InterruptedException;
    }

    private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile Answer answer = request -> 204;
    private volatile String redirect = "";
    private volatile byte[] body = new byte[0];
    /** How many bytes fewer than announced are sent before the answer stalls. */
    private volatile int missing;

    private final CountDownLatch stalled = new CountDownLatch(1);
    private HttpServer server;
    private MessagePublisher publisher;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
        publisher = MessagePublishers.open(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/in?code=secret"),
                Map.of(HttpPublisherProvider.AUTHORIZATION, "Bearer token"));
    }

    @AfterEach
    void stop() {
        stalled.countDown();
        publisher.close();
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        Map<String, String> headers = exchange.getRequestHeaders().entrySet().stream()
                .collect(Collectors.toMap(
                        header -> header.getKey().toLowerCase(Locale.ROOT),
                        header -> header.getValue().get(0)));
        Request request =
                new Request(headers, ByteBuffer.wrap(exchange.getRequestBody().readAllBytes()));
        requests.add(request);
        try {
            exchange.getResponseHeaders().set("Location", redirect);
            exchange.sendResponseHeaders(answer.status(request), body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                exchange.getResponseBody().write(body, 0, body.length - missing);
                exchange.getResponseBody().flush();
            }
            if (missing > 0) {
                stalled.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            exchange.close();
        }
    }

    private static Message.Builder message(int number) {
        return Message.builder()
                .id(Integer.toString(number))
                .source("orders")
                .publishTime(Instant.parse("2026-01-31T02:10:00.123456789Z"))
                .payload(new byte[] {(byte) number, 0, -1});
    }

    @Test
    void aRequestHoldsAllOfAMessage() throws Exception {
        byte[] every = new byte[256];
        IntStream.range(0, 256).forEach(value -> every[value] = (byte) value);
        publisher
                .publish(message(1)
                        .payload(every)
                        .orderingKey("k\u00e9y")
                        .position(new Position("3", 42))
                        .attributes(Attributes.builder()
                                .add("a", "1\n\uD800")
                                .add("a", AttributeValue.of(2L))
                                .build())
                        .brokerProperties(Attributes.builder()
                                .add(BrokerProperties.CONTENT_TYPE, "application/json; charset=utf-8")
                                .add(BrokerProperties.CONTENT_ENCODING, "gzip")
                                .build())
                        .build())
                .get(60, TimeUnit.SECONDS);

        Request request = requests.get(0);
        assertThat(request.body()).isEqualTo(ByteBuffer.wrap(every));
        assertThat(request.headers())
                .containsEntry("content-type", "application/json; charset=utf-8")
                .containsEntry("content-encoding", "gzip")
                .containsEntry("authorization", "Bearer token")
                .containsEntry("persistor-id", "1")
                .containsEntry("persistor-source", "orders")
                .containsEntry("persistor-publish-time", "2026-01-31T02:10:00.123456789Z")
                .containsEntry("persistor-ordering-key", "k%C3%A9y")
                .containsEntry("persistor-partition", "3")
                .containsEntry("persistor-offset", "42")
                .containsEntry("persistor-attributes", "[[\"a\",\"1\\n\\uD800\"],[\"a\",\"2\",\"long\"]]");
    }

    @Test
    void messagesOfAKeyArriveInOrderAlthoughSomeAreTriedAgain() throws Exception {
        Set<String> tried = ConcurrentHashMap.newKeySet();
        // The first attempt of each seventh message, so that none of them fails as often as a message is tried.
        answer = request -> Integer.parseInt(request.id()) % 7 == 0 && tried.add(request.id()) ? 503 : 200;
        List<CompletableFuture<Published>> futures = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            futures.add(publisher.publish(message(i).orderingKey("key-" + i % 3).build()));
        }
        futures.forEach(CompletableFuture::join);

        for (int key = 0; key < 3; key++) {
            int remainder = key;
            assertThat(requests.stream().map(request -> Integer.parseInt(request.id())))
                    .filteredOn(id -> id % 3 == remainder)
                    .isSorted();
        }
        assertThat(requests.stream().map(Request::id).distinct()).hasSize(200);
    }

    @Test
    void aRefusedMessageFailsAndHoldsTheLaterOnesOfItsKeyBack() throws Exception {
        answer = request -> request.id().equals("1") ? 400 : 200;
        List<CompletableFuture<Published>> keyed = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            keyed.add(publisher.publish(message(i).orderingKey("k").build()));
        }
        CompletableFuture<Published> other =
                publisher.publish(message(9).orderingKey("other").build());

        assertThat(keyed.get(0).get(60, TimeUnit.SECONDS)).isEqualTo(Published.withoutId());
        assertThatThrownBy(keyed.get(1)::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        PublishException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining("400")
                .hasMessageContaining("/in")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(keyed.get(2)::join).hasMessageContaining("earlier message");
        assertThatThrownBy(keyed.get(3)::join).hasMessageContaining("earlier message");
        assertThatThrownBy(publisher.publish(message(5).orderingKey("k").build())::join)
                .hasMessageContaining("earlier message");
        assertThat(other.get(60, TimeUnit.SECONDS)).isEqualTo(Published.withoutId());
        assertThat(requests).extracting(Request::id).containsExactlyInAnyOrder("0", "1", "9");
    }

    @Test
    void aServerThatStaysBrokenIsARetryableFailure() throws Exception {
        answer = request -> 500;
        assertThatThrownBy(publisher.publish(message(1).build())::join)
                .cause()
                .isInstanceOfSatisfying(
                        PublishException.class, e -> assertThat(e.isRetryable()).isTrue())
                .hasMessageContaining("500");
        assertThat(requests).hasSize(4);
        server.stop(0);
        assertThatThrownBy(publisher.publish(message(2).build())::join)
                .cause()
                .isInstanceOfSatisfying(
                        PublishException.class, e -> assertThat(e.isRetryable()).isTrue());
    }

    @Test
    void aServerThatDoesNotAnswerHoldsThePublisherAndCloseWaitsForIt() throws Exception {
        CountDownLatch answers = new CountDownLatch(1);
        answer = request -> {
            answers.await();
            return 200;
        };
        AtomicInteger handedOver = new AtomicInteger();
        CompletableFuture<Void> publishing = CompletableFuture.runAsync(
                () -> {
                    try {
                        for (int i = 0; i < 100; i++) {
                            CompletableFuture<Published> unused =
                                    publisher.publish(message(i).build());
                            handedOver.incrementAndGet();
                        }
                    } catch (InterruptedException e) {
                        throw new CompletionException(e);
                    }
                },
                threads);
        while (requests.size() < 64) {
            assertThat(publishing).isNotDone();
            Thread.onSpinWait();
        }
        assertThat(handedOver.get()).isLessThanOrEqualTo(64);
        answers.countDown();
        publishing.get(60, TimeUnit.SECONDS);
        publisher.close();
        assertThat(requests.stream().map(Request::id).distinct()).hasSize(100);
        assertThatThrownBy(() -> publisher.publish(message(1).build())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void addressesThatNothingOpensAreExplained() {
        assertThatThrownBy(() -> MessagePublishers.open(URI.create("carrier-pigeon://loft"), Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("carrier-pigeon")
                .hasMessageContaining("https://host/path");
        assertThatThrownBy(() -> MessagePublishers.open(URI.create("https://user:pw@host/x"), Map.of()))
                .hasMessageContaining("user")
                .hasMessageNotContaining("pw");
    }

    @Test
    void aContentEncodingThatNoHeaderCanHoldIsNotSentAsOne() throws Exception {
        publisher
                .publish(message(1)
                        .brokerProperties(Attributes.builder()
                                .add(BrokerProperties.CONTENT_ENCODING, "gz\r\nX-Evil: 1")
                                .build())
                        .build())
                .get(60, TimeUnit.SECONDS);
        assertThat(requests.get(0).headers()).doesNotContainKeys("content-encoding", "x-evil");
    }

    @Test
    void aContentTypeThatNoHeaderCanHoldIsNotSentAsOne() throws Exception {
        publisher
                .publish(message(1)
                        .brokerProperties(Attributes.builder()
                                .add(BrokerProperties.CONTENT_TYPE, "text/plain\r\nX-Evil: 1")
                                .build())
                        .build())
                .get(60, TimeUnit.SECONDS);
        assertThat(requests.get(0).headers())
                .containsEntry("content-type", "application/octet-stream")
                .doesNotContainKey("x-evil");
    }

    @Test
    void aBlankAuthorizationIsNone() throws Exception {
        Map<String, String> blank = Map.of(HttpPublisherProvider.AUTHORIZATION, " ");
        MessagePublishers.open(URI.create("http://example.com/in"), blank).close();
        URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/in");
        try (MessagePublisher open = MessagePublishers.open(address, blank)) {
            open.publish(message(1).build()).get(60, TimeUnit.SECONDS);
        }
        assertThat(requests.get(0).headers()).doesNotContainKey("authorization");
    }

    @Test
    void whetherAnAuthorizationMayGoOverPlainHttpIsSaidByTrueOrFalse() {
        for (String text : List.of("yes", "false", " ")) {
            Map<String, String> environment = Map.of(
                    HttpPublisherProvider.AUTHORIZATION,
                    "Bearer secret",
                    HttpPublisherProvider.PLAIN_AUTHORIZATION,
                    text);
            assertThatThrownBy(() -> MessagePublishers.open(URI.create("http://example.com/in"), environment))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(
                            text.equals("yes")
                                    ? "must be true or false"
                                    : "would go to example.com over" + " unencrypted http");
        }
    }

    @Test
    void aRedirectIsAFailureAndNothingGoesWhereItLeads() throws Exception {
        List<String> elsewhere = Collections.synchronizedList(new ArrayList<>());
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", exchange -> {
            elsewhere.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        other.start();
        try {
            redirect = "http://127.0.0.1:" + other.getAddress().getPort() + "/";
            answer = request -> 307;
            assertThatThrownBy(publisher.publish(message(1).build())::join)
                    .cause()
                    .isInstanceOfSatisfying(
                            PublishException.class,
                            e -> assertThat(e.isRetryable()).isFalse())
                    .hasMessageContaining("status 307: redirects are not followed");
            assertThat(elsewhere).isEmpty();
        } finally {
            other.stop(0);
        }
    }

    @Test
    void anAuthorizationGoesOverPlainHttpToThisMachineOnlyUnlessThatIsAllowed() {
        Map<String, String> authorized = Map.of(HttpPublisherProvider.AUTHORIZATION, "Bearer secret");
        assertThatThrownBy(() -> MessagePublishers.open(URI.create("http://example.com/in?code=key"), authorized))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PERSISTOR_HTTP_AUTHORIZATION would go to example.com over unencrypted http")
                .hasMessageContaining("PERSISTOR_HTTP_PLAIN_AUTHORIZATION=true")
                .hasMessageNotContainingAny("secret", "key");
        // These neither resolve nor connect before there is something to send.
        for (String allowed :
                List.of("https://example.com/in", "http://localhost:1/", "http://127.0.0.1:1/", "http://[::1]:1/")) {
            MessagePublishers.open(URI.create(allowed), authorized).close();
        }
        MessagePublishers.open(URI.create("http://example.com/in"), Map.of()).close();
        Map<String, String> allowed = Map.of(
                HttpPublisherProvider.AUTHORIZATION,
                "Bearer secret",
                HttpPublisherProvider.PLAIN_AUTHORIZATION,
                "true");
        MessagePublishers.open(URI.create("http://example.com/in"), allowed).close();
    }

    @Test
    void anAuthorizationThatNoHeaderCanHoldIsRefusedWithoutShowingIt() {
        assertThatThrownBy(() -> MessagePublishers.open(
                        URI.create("https://example.com/in"),
                        Map.of(HttpPublisherProvider.AUTHORIZATION, "Bearer sec\nret")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PERSISTOR_HTTP_AUTHORIZATION has a character")
                .hasMessageNotContainingAny("sec", "ret\n");
    }

    @Test
    void aMessageThatBecomesNoRequestDoesNotKeepThePublisherFromClosing() throws Exception {
        HttpPublisher broken = new HttpPublisher(
                new HttpRequests(URI.create("http://127.0.0.1:1/in"), Optional.of("no\nheader"), HttpFormat.PERSISTOR));
        assertThatThrownBy(() -> broken.publish(message(1).build())).isInstanceOf(IllegalArgumentException.class);
        Thread closing = new Thread(broken::close);
        closing.setDaemon(true);
        closing.start();
        closing.join(TimeUnit.SECONDS.toMillis(20));
        assertThat(closing.isAlive()).isFalse();
    }

    @Test
    void theKeyInATargetsAddressIsNotShown() {
        assertThat(publisher)
                .hasToString("http://127.0.0.1:" + server.getAddress().getPort() + "/in");
    }

    private String failureOf(MessagePublisher to) throws InterruptedException {
        CompletableFuture<Published> future = to.publish(message(1).build());
        return future.handle((sent, failure) ->
                        String.valueOf(Causes.unwrapped(failure).getMessage()))
                .join();
    }

    @Test
    void aRefusalComesWithTheServersReasonOnOneLineWithoutSecrets() throws Exception {
        answer = request -> 400;
        body = "id \u001b[31m\nbad \ud83d\ude00; you sent Bearer token to /in?code=secret\n"
                .getBytes(StandardCharsets.UTF_8);
        assertThat(failureOf(publisher))
                .isEqualTo("post to " + publisher
                        + ": status 400: \"id \\u001b[31m\\u000abad \ud83d\ude00; you sent ***" + " to /in?***\"");
        body = " \r\n".getBytes(StandardCharsets.UTF_8);
        assertThat(failureOf(publisher)).endsWith(": status 400");
    }

    @Test
    void ofALongRefusalTheBeginningIsShown() throws Exception {
        answer = request -> 422;
        body = "\u00e9".repeat(5_000_000).getBytes(StandardCharsets.UTF_8);
        assertThat(failureOf(publisher)).endsWith("/in: status 422: \"" + "\u00e9".repeat(300) + "...\"");
        body = new byte[] {'a', (byte) 0xff, (byte) 0xe2, (byte) 0x82};
        assertThat(failureOf(publisher)).endsWith("status 422: \"a\ufffd\"");
    }

    @Test
    void anAnswerWhoseBodyStallsIsARetryableFailure() throws Exception {
        body = new byte[1_000];
        missing = 1;
        for (int status : new int[] {200, 400}) {
            answer = request -> status;
            requests.clear();
            try (HttpPublisher impatient = new HttpPublisher(
                    new HttpRequests(address("/in"), Optional.empty(), HttpFormat.PERSISTOR), Duration.ofMillis(200))) {
                assertThatThrownBy(impatient.publish(message(1).build())::join)
                        .cause()
                        .isInstanceOfSatisfying(
                                PublishException.class,
                                e -> assertThat(e.isRetryable()).isTrue())
                        .hasMessage("post to " + impatient + ": no complete answer within 200 ms");
            }
            // On a busy machine the server sees the last one after the publisher has given up on it.
            await().untilAsserted(() -> assertThat(requests).hasSize(4));
        }
    }

    private URI address(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    private Map<String, String> headersAsCloudEvent(Message message) throws Exception {
        requests.clear();
        try (MessagePublisher open =
                MessagePublishers.open(address("/in"), Map.of(HttpPublisherProvider.FORMAT, "cloudevents"))) {
            open.publish(message).get(60, TimeUnit.SECONDS);
        }
        return requests.get(0).headers();
    }

    @Test
    void anyMessageIsACloudEventBesideItsOwnHeadersWhereThatIsAskedFor() throws Exception {
        Map<String, String> headers = headersAsCloudEvent(message(1)
                .source("orders eu")
                .orderingKey("k\u00e9y")
                .attributes(Attributes.builder()
                        .add("id", "of the sender")
                        .add("tenant", AttributeValue.of(7L))
                        .add("Not.A.Name", "x")
                        .add("empty", "")
                        .add("data", "x")
                        .build())
                .brokerProperties(Attributes.builder()
                        .add(BrokerProperties.SUBJECT, "100 % \"new\"")
                        .add(BrokerProperties.CONTENT_TYPE, "application/cloudevents+json")
                        .build())
                .build());
        assertThat(headers.keySet())
                .filteredOn(name -> name.startsWith("ce-"))
                .containsExactlyInAnyOrder(
                        "ce-specversion",
                        "ce-id",
                        "ce-source",
                        "ce-type",
                        "ce-time",
                        "ce-subject",
                        "ce-partitionkey",
                        "ce-tenant");
        assertThat(headers)
                .containsEntry("ce-specversion", "1.0")
                .containsEntry("ce-id", "1")
                // Encoded as a URI, and then as a header.
                .containsEntry("ce-source", "orders%2520eu")
                .containsEntry("ce-type", "dev.persistor.message")
                .containsEntry("ce-time", "2026-01-31T02:10:00.123456789Z")
                .containsEntry("ce-subject", "100%20%25%20%22new%22")
                .containsEntry("ce-partitionkey", "k%C3%A9y")
                .containsEntry("ce-tenant", "7")
                // Another type would have the payload read as a whole event.
                .containsEntry("content-type", "application/octet-stream")
                .containsEntry("persistor-id", "1")
                .containsEntry("persistor-source", "orders%20eu");
    }

    @Test
    void aMessageThatWasACloudEventIsTheSameOneAgain() throws Exception {
        Map<String, String> headers = headersAsCloudEvent(message(1)
                .id("7-0011223344556677")
                .attributes(Attributes.builder()
                        .add("id", "7")
                        .add("source", "/shop")
                        .add("type", "created")
                        .add("time", "2026-01-31T03:10:00+01:00")
                        .add("subject", "a \"q\" b")
                        .build())
                .build());
        assertThat(headers)
                .containsEntry("ce-id", "7")
                .containsEntry("ce-source", "/shop")
                .containsEntry("ce-type", "created")
                .containsEntry("ce-time", "2026-01-31T03:10:00+01:00")
                .containsEntry("ce-subject", "a%20%22q%22%20b")
                .containsEntry("ce-specversion", "1.0")
                .containsEntry("persistor-id", "7-0011223344556677");
    }

    @Test
    void anUnknownFormatIsRefusedWithThoseThereAre() {
        assertThatThrownBy(() -> MessagePublishers.open(
                        URI.create("https://example.com/in"), Map.of(HttpPublisherProvider.FORMAT, "xml")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("PERSISTOR_HTTP_FORMAT is \"xml\"; it must be persistor or cloudevents");
    }
}
