package dev.persistor.standalone.explore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.persistor.core.archive.Archive;
import dev.persistor.core.batch.Batching;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.ReadLimit;
import dev.persistor.core.format.ReadLimits;
import dev.persistor.core.message.Message;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.write.Persistor;
import dev.persistor.standalone.recovery.ArchiveAccess;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** An explorer that serves an archive over a real socket, and a client of its API. */
final class ExploredArchive implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    static final PathTemplate BATCHES = PathTemplate.parse("{source}/{yyyy}/{MM}/{dd}/{HH}/{batch}{ext}");

    /** By default a message with more than 10,000 attributes is not read. */
    private static final ReadLimits LIMITS = ReadLimits.DEFAULT.with(ReadLimit.ATTRIBUTES, 100_000);

    private final BlobStore store;
    private final CompletableFuture<Void> failed = new CompletableFuture<>();
    private final ExploreServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    ExploredArchive(BlobStore store) throws IOException {
        this.store = store;
        ArchiveAccess access = new ArchiveAccess(
                store,
                source -> Archive.on(source)
                        .naming(List.of(PathTemplate.DEFAULT, BATCHES))
                        .limits(LIMITS),
                List.of("gs://archive/it's here"),
                List.of(PathTemplate.DEFAULT.toString()),
                Clock.systemUTC());
        this.server = ExploreServer.start(
                access,
                InetSocketAddress.createUnresolved("127.0.0.1", 0),
                Duration.ofSeconds(30),
                failed::completeExceptionally);
    }

    /** Stores each message in a blob of its own. */
    void store(List<Message> messages) {
        try (Persistor persistor = Persistor.builder(store).build()) {
            messages.forEach(message -> persistor.persistAll(List.of(message)));
        }
    }

    /** Stores messages of one source in batches. */
    void storeBatches(List<Message> messages, int size) {
        try (Persistor persistor = Persistor.builder(store)
                .naming(BATCHES)
                .format(MessageFormats.named("jsonl", Compression.GZIP))
                .batching(Batching.upTo(size))
                .build()) {
            persistor.persistAll(messages);
        }
    }

    String url() {
        return server.url();
    }

    URI base() {
        return URI.create(url().substring(0, url().indexOf("/?") + 1));
    }

    String token() {
        return url().substring(url().indexOf('=') + 1);
    }

    int scans() {
        return server.scans();
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base().resolve(path)).timeout(Duration.ofSeconds(60));
    }

    HttpRequest.Builder allowed(String path) {
        return request(path).header("Authorization", "Bearer " + token());
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    HttpResponse<byte[]> bytes(String path) throws IOException, InterruptedException {
        return client.send(allowed(path).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    HttpResponse<InputStream> open(String path) throws IOException, InterruptedException {
        return client.send(allowed(path).build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    /** Returns the lines of an answer that must be good. */
    List<JsonNode> lines(String path) {
        HttpResponse<String> response = send(allowed(path));
        if (response.statusCode() != 200) {
            throw new AssertionError(path + " gave " + response.statusCode() + ": " + response.body());
        }
        return response.body().lines().map(ExploredArchive::parse).toList();
    }

    /** Returns the last object of a name in the lines of an answer. */
    JsonNode last(String path, String name) {
        return lines(path).stream()
                .filter(line -> line.has(name))
                .reduce((before, after) -> after)
                .orElseThrow(() -> new AssertionError(path + " gave no " + name))
                .get(name);
    }

    static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new AssertionError("no JSON: " + line, e);
        }
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.close();
        store.close();
    }
}
