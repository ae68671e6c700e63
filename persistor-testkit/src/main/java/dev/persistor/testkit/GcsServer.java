package dev.persistor.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.persistor.core.store.Blob;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The part of Cloud Storage's JSON API that archiving uses, in this process, on a free port of 127.0.0.1: uploads in one
 * request and resumable ones, preconditions, metadata, downloads, listings in pages, checksums, and faults by script.
 *
 * <p>Buckets are there as soon as they are named. It follows the API as the Java client of Cloud Storage speaks it, and
 * refuses what Cloud Storage refuses: a taken name under {@code ifGenerationMatch=0}, a wrong checksum, metadata over
 * 8 KiB, a name over 1,024 bytes.
 *
 * <p>Thread-safe.
 */
public final class GcsServer implements AutoCloseable {

    /** What happens to a request in place of what it asks for. */
    public enum Fault {
        /** Answers 429, too many requests; nothing is stored. */
        TOO_MANY_REQUESTS(429, false),
        /** Answers 503, unavailable; nothing is stored. */
        UNAVAILABLE(503, false),
        /** Answers 403, forbidden; nothing is stored. */
        FORBIDDEN(403, false),
        /** Answers 404, as to a part of an upload whose session does not exist any more. */
        NOT_FOUND(404, false),
        /** Answers 410, as to a part of an upload whose session has ended. */
        GONE(410, false),
        /** Breaks the connection in place of an answer; nothing is stored. */
        RESET(0, false),
        /** Stores the object and breaks the connection in place of an answer. */
        LOST_ANSWER(0, true),
        /** Stores the object with one byte altered, and answers as if nothing had happened. */
        CORRUPTED(200, true);

        private final int status;
        private final boolean stores;

        Fault(int status, boolean stores) {
            this.status = status;
            this.stores = stores;
        }
    }

    /** A property of objects in the partial response that the client asks for. */
    private static final Pattern ITEM = Pattern.compile("items/(\\w+)");

    private static final Pattern UPLOAD = Pattern.compile("/upload/storage/v1/b/([^/]+)/o");
    private static final Pattern OBJECTS = Pattern.compile("/storage/v1/b/([^/]+)/o");
    private static final Pattern OBJECT = Pattern.compile("(/download)?/storage/v1/b/([^/]+)/o/(.+)");
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (?:(\\d+)-(\\d+)|\\*)/(\\d+|\\*)");
    private static final int DEFAULT_PAGE = 1_000;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final GcsObjects objects = new GcsObjects();
    private final Map<String, GcsUpload> uploads = new ConcurrentHashMap<>();
    private final AtomicLong nextUpload = new AtomicLong();
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();
    private final Deque<Fault> faults = new ArrayDeque<>();
    private final Deque<Fault> readFaults = new ArrayDeque<>();
    private final Set<String> missingBuckets = ConcurrentHashMap.newKeySet();
    private int readsBeforeFaults;
    private volatile CountDownLatch held = new CountDownLatch(0);
    private volatile Duration delay = Duration.ZERO;
    private volatile boolean keepsRequests = true;

    private GcsServer(HttpServer server) {
        this.server = server;
    }

    /**
     * Starts the server.
     *
     * @throws IOException if no port can be had
     */
    public static GcsServer start() throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
        GcsServer server = new GcsServer(http);
        http.createContext("/", server::handle);
        http.setExecutor(server.threads);
        http.start();
        return server;
    }

    /** Returns the server's address, for {@code STORAGE_EMULATOR_HOST}: {@code http://127.0.0.1:PORT}. */
    public String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Says what happens to the next uploads, one each; to a resumable one with its last chunk. */
    public void failUploads(Fault... next) {
        synchronized (faults) {
            faults.addAll(Arrays.asList(next));
        }
    }

    /**
     * Says what happens to requests that read: for a page of a listing, for what is known of an object, or for its content.
     *
     * @param after how many are answered before
     * @param next one for each request after these
     */
    public void failReads(int after, Fault... next) {
        synchronized (readFaults) {
            readsBeforeFaults = after;
            readFaults.addAll(Arrays.asList(next));
        }
    }

    /** Tells of no object how large it is when it is empty, as servers do that make their JSON of protocol buffers. */
    public void withoutSizes() {
        objects.leaveOutEmptySizes();
    }

    /** Behaves as if there were no such bucket from now on. */
    public void removeBucket(String bucket) {
        missingBuckets.add(bucket);
    }

    /** Answers no upload from now on before the latch is open. */
    public void holdUploads(CountDownLatch until) {
        held = until;
    }

    /** Makes every upload take so much longer from now on, as a store far away does. */
    public void delayUploads(Duration each) {
        delay = each;
    }

    /**
     * Keeps an object without a request, as if it had been uploaded.
     *
     * @throws IllegalStateException if the bucket has one of this name, or refuses it
     */
    public void put(String bucket, Blob blob) {
        Map<String, String> fields = new HashMap<>();
        blob.metadata().encoded().forEach((key, value) -> fields.put(GcsObjects.METADATA + key, value));
        fields.put("name", blob.name().value());
        fields.put("contentType", blob.contentType());
        try {
            GcsObjects.Stored unused = objects.put(bucket, fields, blob.contentBytes(), true, false);
        } catch (GcsRefusal e) {
            throw new IllegalStateException("put " + blob.name(), e);
        }
    }

    /** Keeps no requests from now on, of which millions take memory. */
    public void forgetRequests() {
        keepsRequests = false;
        requests.clear();
    }

    /** Returns how many uploads there were so far, finished or not; each chunk of a resumable one counts. */
    public long uploads() {
        return requests.stream()
                .filter(request -> request.contains(" /upload/"))
                .count();
    }

    /** Forgets the faults that have not happened yet. */
    public void clearFaults() {
        synchronized (faults) {
            faults.clear();
        }
        synchronized (readFaults) {
            readFaults.clear();
        }
    }

    /** Forgets all objects, requests and faults, and answers at once from now on, as a server that was just started. */
    public void reset() {
        clearFaults();
        held = new CountDownLatch(0);
        delay = Duration.ZERO;
        missingBuckets.clear();
        uploads.clear();
        objects.clear();
        requests.clear();
    }

    /** Returns the requests so far, each as method and address. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** Returns how many requests for a listing there were. */
    public long listRequests() {
        return requests.stream()
                .filter(request -> request.matches("GET /storage/v1/b/[^/]+/o(\\?.*)?"))
                .count();
    }

    private void handle(HttpExchange exchange) throws IOException {
        if (keepsRequests) {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
        }
        // Closing an exchange that was not answered breaks its connection, which is what some faults want.
        try (exchange) {
            answerOrRefuse(exchange);
        }
    }

    private void answerOrRefuse(HttpExchange exchange) throws IOException {
        try {
            route(exchange);
        } catch (GcsRefusal e) {
            answer(exchange, e.status(), "application/json", e.toJson());
        }
    }

    private void route(HttpExchange exchange) throws IOException, GcsRefusal {
        String path = exchange.getRequestURI().getRawPath();
        Map<String, String> query = query(exchange);
        Matcher upload = UPLOAD.matcher(path);
        if (upload.matches()) {
            requireBucket(decode(upload.group(1)));
            upload(exchange, decode(upload.group(1)), query);
            return;
        }
        Matcher list = OBJECTS.matcher(path);
        if (list.matches() && exchange.getRequestMethod().equals("GET")) {
            requireBucket(decode(list.group(1)));
            failRead();
            int pageSize = Integer.parseInt(query.getOrDefault("maxResults", Integer.toString(DEFAULT_PAGE)));
            String page = objects.page(
                    decode(list.group(1)),
                    query.getOrDefault("prefix", ""),
                    query.getOrDefault("startOffset", ""),
                    Optional.ofNullable(query.get("endOffset")),
                    query.getOrDefault("pageToken", ""),
                    pageSize,
                    wanted(query.getOrDefault("fields", "")));
            answer(exchange, 200, "application/json", page.getBytes(StandardCharsets.UTF_8));
            return;
        }
        Matcher one = OBJECT.matcher(path);
        if (one.matches() && exchange.getRequestMethod().equals("GET")) {
            requireBucket(decode(one.group(2)));
            failRead();
            get(exchange, decode(one.group(2)), decode(one.group(3)), query);
            return;
        }
        throw new GcsRefusal(
                501, "notImplemented", "this server does not support " + exchange.getRequestMethod() + " " + path);
    }

    private void requireBucket(String bucket) throws GcsRefusal {
        if (missingBuckets.contains(bucket)) {
            throw new GcsRefusal(404, "notFound", "The specified bucket does not exist.");
        }
    }

    private void failRead() throws IOException, GcsRefusal {
        Fault fault;
        synchronized (readFaults) {
            fault = !readFaults.isEmpty() && readsBeforeFaults-- <= 0 ? readFaults.poll() : null;
        }
        if (fault != null) {
            refuse(fault);
        }
    }

    /** Returns the properties of objects that a partial response of a listing has; all unless it names some. */
    private static Predicate<String> wanted(String fields) throws GcsRefusal {
        if (fields.isEmpty()) {
            return property -> true;
        }
        Set<String> items =
                ITEM.matcher(fields).results().map(item -> item.group(1)).collect(Collectors.toUnmodifiableSet());
        if (items.isEmpty()) {
            throw new GcsRefusal(
                    501, "notImplemented", "this server supports only fields=items/PROPERTY, not fields=" + fields);
        }
        return items::contains;
    }

    private void get(HttpExchange exchange, String bucket, String name, Map<String, String> query)
            throws IOException, GcsRefusal {
        GcsObjects.Stored stored = objects.find(bucket, name)
                .orElseThrow(() -> new GcsRefusal(404, "notFound", "No such object: " + bucket + "/" + name));
        if ("media".equals(query.get("alt"))) {
            exchange.getResponseHeaders().set("x-goog-hash", "crc32c=" + stored.crc32cBase64());
            exchange.getResponseHeaders().set("x-goog-generation", Long.toString(stored.generation()));
            answer(exchange, 200, stored.contentType(), stored.content());
        } else {
            answer(exchange, 200, "application/json", objects.toJson(stored).getBytes(StandardCharsets.UTF_8));
        }
    }

    private void upload(HttpExchange exchange, String bucket, Map<String, String> query)
            throws IOException, GcsRefusal {
        awaitRelease();
        if (exchange.getRequestMethod().equals("PUT")) {
            resume(
                    exchange,
                    Optional.ofNullable(uploads.get(query.get("upload_id")))
                            .orElseThrow(() -> new GcsRefusal(404, "notFound", "no such upload")));
            return;
        }
        boolean onlyNew = "0".equals(query.get("ifGenerationMatch"));
        byte[] body = body(exchange);
        if ("resumable".equals(query.get("uploadType"))) {
            GcsUpload upload = GcsUpload.begin(bucket, body, query.get("name"), onlyNew);
            if (onlyNew && objects.find(bucket, upload.name()).isPresent()) {
                throw GcsRefusal.conditionNotMet();
            }
            String id = Long.toString(nextUpload.incrementAndGet());
            uploads.put(id, upload);
            exchange.getResponseHeaders()
                    .set("Location", endpoint() + "/upload/storage/v1/b/" + bucket + "/o?upload_id=" + id);
            answer(exchange, 200, "application/json", new byte[0]);
            return;
        }
        GcsUpload upload =
                GcsUpload.multipart(bucket, body, exchange.getRequestHeaders().getFirst("Content-Type"), onlyNew);
        finish(exchange, upload, nextFault());
    }

    private void awaitRelease() throws IOException {
        try {
            held.await();
            TimeUnit.NANOSECONDS.sleep(delay.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the server is closed", e);
        }
    }

    private void resume(HttpExchange exchange, GcsUpload upload) throws IOException, GcsRefusal {
        byte[] chunk = body(exchange);
        Matcher range = CONTENT_RANGE.matcher(exchange.getRequestHeaders().getFirst("Content-Range"));
        if (!range.matches()) {
            throw new GcsRefusal(400, "invalid", "no Content-Range");
        }
        if (chunk.length > 0) {
            upload.append(Long.parseLong(range.group(1)), chunk);
        }
        boolean whole = !range.group(3).equals("*") && upload.size() == Long.parseLong(range.group(3));
        if (whole || upload.isFinished()) {
            finish(exchange, upload, whole ? nextFault() : null);
            return;
        }
        if (upload.size() > 0) {
            exchange.getResponseHeaders().set("Range", "bytes=0-" + (upload.size() - 1));
        }
        answer(exchange, 308, "application/json", new byte[0]);
    }

    private void finish(HttpExchange exchange, GcsUpload upload, @Nullable Fault fault) throws IOException, GcsRefusal {
        if (fault != null && !fault.stores) {
            refuse(fault);
        }
        GcsObjects.Stored stored = upload.store(objects, fault == Fault.CORRUPTED);
        if (fault == Fault.LOST_ANSWER) {
            throw new IOException("the connection breaks here");
        }
        answer(exchange, 200, "application/json", objects.toJson(stored).getBytes(StandardCharsets.UTF_8));
    }

    private static void refuse(Fault fault) throws IOException, GcsRefusal {
        if (fault.status == 0) {
            throw new IOException("the connection breaks here");
        }
        throw new GcsRefusal(fault.status, fault == Fault.FORBIDDEN ? "forbidden" : "backendError", "injected fault");
    }

    private @Nullable Fault nextFault() {
        synchronized (faults) {
            return faults.poll();
        }
    }

    private static byte[] body(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if ("gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))) {
            try (InputStream unzipped = new GZIPInputStream(new ByteArrayInputStream(body))) {
                return unzipped.readAllBytes();
            }
        }
        return body;
    }

    private static void answer(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> query = new LinkedHashMap<>();
        String raw = exchange.getRequestURI().getRawQuery();
        if (raw != null) {
            for (String pair : raw.split("&", -1)) {
                int equals = pair.indexOf('=');
                query.put(decode(pair.substring(0, Math.max(0, equals))), decode(pair.substring(equals + 1)));
            }
        }
        return query;
    }

    /** A plus in a path is a plus; the client sends spaces as %20. */
    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Stops the server and forgets all objects. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
