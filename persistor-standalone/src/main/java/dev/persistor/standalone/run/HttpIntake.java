package dev.persistor.standalone.run;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.persistor.core.Capture;
import dev.persistor.core.Delivery;
import dev.persistor.core.MalformedEventException;
import dev.persistor.core.PersistException;
import dev.persistor.core.RefusedEventException;
import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.standalone.run.config.CaptureSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/**
 * Takes messages that are sent to {@code /v1/SOURCE}, and answers when they are durable. How many are under way at a time, and how
 * large they are together, is bounded; whoever comes on top is asked to come again.
 *
 * <p>Thread-safe.
 */
final class HttpIntake implements HttpHandler {

    /** So many requests are under way at a time. */
    static final int MOST = 256;

    private static final String PATH = "/v1/";
    private static final int KIB = 1 << 10;
    /** Of the heap, all bodies together have no more than one in so many parts. */
    private static final int PARTS_OF_HEAP = 8;

    private final Map<String, Capture> captures;
    private final Semaphore requests = new Semaphore(MOST);
    private final Semaphore kibs = new Semaphore((int) (Runtime.getRuntime().maxMemory() / PARTS_OF_HEAP / KIB));

    HttpIntake(List<RunningCapture> captures) {
        this.captures = captures.stream()
                .filter(RunningCapture::isSentTo)
                .map(RunningCapture::capture)
                .collect(Collectors.toMap(
                        capture -> capture.settings().get(PersistorSettings.SOURCE), capture -> capture));
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        String source = exchange.getRequestURI().getPath().substring(PATH.length());
        Capture capture = captures.get(source);
        if (capture == null) {
            HttpServing.answer(exchange, 404, "nothing captures " + PATH + source + "; there are " + captures.keySet());
        } else if (!exchange.getRequestMethod().equals("POST")) {
            exchange.getResponseHeaders().set("Allow", "POST");
            HttpServing.answer(exchange, 405, "messages are sent by POST");
        } else if (!isLetIn(capture, exchange)) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            HttpServing.answer(exchange, 401, "who sends must show a token that is known here");
        } else if (!requests.tryAcquire()) {
            refuseForNow(exchange, "more than " + MOST + " requests are under way; send it again");
        } else {
            try {
                take(source, capture, exchange);
            } finally {
                requests.release();
            }
        }
    }

    /** In a time that does not tell how much of the token is right. */
    private static boolean isLetIn(Capture capture, HttpExchange exchange) {
        Optional<String> token = capture.settings().find(CaptureSettings.HTTP_TOKEN);
        String shown = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                .orElse("");
        return token.isEmpty()
                || MessageDigest.isEqual(
                        ("Bearer " + token.get()).getBytes(StandardCharsets.UTF_8),
                        shown.getBytes(StandardCharsets.UTF_8));
    }

    private void take(String source, Capture capture, HttpExchange exchange) throws IOException {
        long most = capture.settings().get(CaptureSettings.HTTP_BODY);
        long announced = announced(exchange, most);
        if (announced > most) {
            HttpServing.answer(exchange, 413, "the body has " + announced + " bytes; it may have " + most);
            return;
        }
        int room = (int) (announced / KIB + 1);
        if (!kibs.tryAcquire(room)) {
            refuseForNow(exchange, "what is under way fills the memory; send it again");
            return;
        }
        try {
            byte[] body = read(exchange, most);
            if (body.length > most) {
                HttpServing.answer(exchange, 413, "the body has more than " + most + " bytes");
            } else {
                archive(source, capture, exchange, body);
            }
        } finally {
            kibs.release(room);
        }
    }

    /** Where nothing is announced, as much as there may be. */
    private static long announced(HttpExchange exchange, long most) {
        String length = exchange.getRequestHeaders().getFirst("Content-Length");
        return length == null ? most : Long.parseLong(length);
    }

    private static byte[] read(HttpExchange exchange, long most) throws IOException {
        try (InputStream body = exchange.getRequestBody()) {
            return body.readNBytes((int) most + 1);
        }
    }

    private static void archive(String source, Capture capture, HttpExchange exchange, byte[] body) throws IOException {
        try {
            List<Message> messages = HttpMessages.read(source, exchange.getRequestHeaders(), body);
            capture.archive(new Delivery(messages, List.of()));
            HttpServing.answer(
                    exchange,
                    200,
                    "application/json",
                    ("{\"durable\":" + messages.size() + "}\n").getBytes(StandardCharsets.UTF_8));
        } catch (MalformedEventException e) {
            HttpServing.answer(exchange, 400, e.reason());
        } catch (RefusedEventException e) {
            HttpServing.answer(exchange, 400, e.reason());
        } catch (PersistException | BlobStoreException e) {
            refuseForNow(exchange, "it may not be durable; send it again");
        }
    }

    private static void refuseForNow(HttpExchange exchange, String text) throws IOException {
        exchange.getResponseHeaders().set("Retry-After", "1");
        HttpServing.answer(exchange, 503, text);
    }
}
