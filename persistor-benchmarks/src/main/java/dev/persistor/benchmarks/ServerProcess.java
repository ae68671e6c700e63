package dev.persistor.benchmarks;

import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.MessagePublishers;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.testkit.DistantProxy;
import dev.persistor.testkit.GcsServer;
import dev.persistor.testkit.gcp.PubSubServer;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

/**
 * One of the testkit's servers in a process of its own, so that its memory and its threads are not those that are measured.
 * It ends when the process that started it does.
 */
final class ServerProcess implements AutoCloseable {

    /** The bucket that all stores here are in. */
    static final String BUCKET = "archive";

    /** The project of all topics here. */
    static final String PROJECT = "benchmark";

    /** The topic that a server of Pub/Sub has. */
    static final String TOPIC = "orders";

    /** The subscription that the topic has, if it has one. */
    static final String SUBSCRIPTION = "archive";

    private static final String STORAGE = "storage";
    private static final String FILLED = "filled";
    private static final String PROXY = "proxy";
    private static final String TOPIC_ALONE = "topic";
    private static final String TOPIC_AND_SUBSCRIPTION = "subscription";
    private static final Duration ACK_DEADLINE = Duration.ofMinutes(5);

    private final Child child;

    private ServerProcess(Child child) {
        this.child = child;
    }

    /** Starts a Cloud Storage whose uploads take so much longer. */
    static ServerProcess start(Duration delay) throws IOException {
        return start(STORAGE, Long.toString(delay.toMillis()));
    }

    /** Starts a Cloud Storage with so many messages, each an object as Persistor writes them by default, one every 100 ms. */
    static ServerProcess filled(int messages) throws IOException {
        return start(FILLED, Integer.toString(messages));
    }

    /** Starts what makes a server on this machine as far away as this. */
    static ServerProcess before(int port, Duration delay) throws IOException {
        return start(PROXY, Integer.toString(port), Long.toString(delay.toMillis()));
    }

    /** Has a proxy allow so many requests a second. */
    void allow(long requestsPerSecond) throws IOException {
        String unused = child.ask(Long.toString(requestsPerSecond));
    }

    /** Returns how many requests a proxy had so far, and how many of them it throttled. */
    long[] counts() throws IOException {
        return Arrays.stream(child.ask("").split(" "))
                .mapToLong(Long::parseLong)
                .toArray();
    }

    /** Starts a Pub/Sub with a topic that keeps what is published. */
    static ServerProcess withTopic() throws IOException {
        return start(TOPIC_ALONE);
    }

    /** Starts a Pub/Sub with a topic and a subscription. */
    static ServerProcess withSubscription() throws IOException {
        return start(TOPIC_AND_SUBSCRIPTION);
    }

    private static ServerProcess start(String... arguments) throws IOException {
        return new ServerProcess(Child.start(Redirect.INHERIT, Child.SERVER_FLAGS, ServerProcess.class, arguments));
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals(STORAGE)) {
            try (GcsServer server = GcsServer.start()) {
                server.delayUploads(Duration.ofMillis(Long.parseLong(arguments[1])));
                serve(server.endpoint());
            }
        } else if (arguments[0].equals(FILLED)) {
            try (GcsServer server = GcsServer.start()) {
                server.forgetRequests();
                ArchiveScale.fill(blob -> server.put(BUCKET, blob), Integer.parseInt(arguments[1]));
                serve(server.endpoint());
            }
        } else if (arguments[0].equals(PROXY)) {
            Duration delay = Duration.ofMillis(Long.parseLong(arguments[2]));
            try (DistantProxy proxy = DistantProxy.before(Integer.parseInt(arguments[1]), delay)) {
                Child.serve("http://127.0.0.1:" + proxy.port(), line -> answer(proxy, line));
            }
        } else {
            try (PubSubServer server = PubSubServer.start(Clock.systemUTC())) {
                server.createTopic(PROJECT, TOPIC);
                if (arguments[0].equals(TOPIC_AND_SUBSCRIPTION)) {
                    server.createSubscription(PROJECT, SUBSCRIPTION, TOPIC, ACK_DEADLINE, false);
                }
                serve(server.emulatorHost());
            }
        }
    }

    private static String answer(DistantProxy proxy, String line) {
        if (!line.isEmpty()) {
            proxy.allow(Double.parseDouble(line));
        }
        return proxy.requests() + " " + proxy.throttled();
    }

    /** Nothing is asked: it ends when whoever started it does. */
    private static void serve(String endpoint) throws Exception {
        Child.serve(endpoint, line -> endpoint);
    }

    String endpoint() {
        return child.greeting();
    }

    /** Opens Persistor's publisher to the topic there. */
    MessagePublisher publisher() {
        return MessagePublishers.open(
                URI.create("pubsub://" + PROJECT + "/" + TOPIC), Map.of("PUBSUB_EMULATOR_HOST", endpoint()));
    }

    /** Opens Persistor's store there. */
    BlobStore store() {
        return BlobStores.open(URI.create("gs://" + BUCKET), Map.of("STORAGE_EMULATOR_HOST", endpoint()));
    }

    /** Returns the port of an HTTP server or a proxy. */
    int port() {
        return URI.create(endpoint()).getPort();
    }

    @Override
    public void close() {
        child.close();
    }
}
