package dev.persistor.testkit.gcp;

import com.google.pubsub.v1.PubsubMessage;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Pub/Sub in the test's own process, on the published interface, for the real clients: publishing, pulling, streams,
 * acknowledgements, deadlines, redelivery, ordering keys, and the limits of messages. It listens on 127.0.0.1, on a free
 * port, without encryption, as Google's emulator does.
 *
 * <p>It differs from the service in this: with ordering, one message of a key is under way at a time; what is pulled is
 * answered at once; streams send as long as the connection takes more, whatever the client says it will hold; and there are no dead letters, filters or exactly-once deliveries.
 *
 * <p>Needs {@code com.google.api.grpc:grpc-google-cloud-pubsub-v1} and {@code io.grpc:grpc-netty-shaded}.
 *
 * <p>Thread-safe.
 */
public final class PubSubServer implements AutoCloseable {

    private static final long EXPIRY_MILLIS = 50;
    private static final int MAX_REQUEST_BYTES = 20 << 20;

    private final PubSubTopics topics;
    private final PubSubFaults faults = new PubSubFaults();
    private final PubSubFaults pullFaults = new PubSubFaults();
    private final SubscriberService subscribers;
    private final ExecutorService calls = Executors.newCachedThreadPool();
    private final ScheduledExecutorService expiry = Executors.newSingleThreadScheduledExecutor();
    private final Server server;

    private PubSubServer(Clock clock) throws IOException {
        this.topics = new PubSubTopics(clock);
        this.subscribers = new SubscriberService(topics, pullFaults);
        this.server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .executor(calls)
                .maxInboundMessageSize(MAX_REQUEST_BYTES)
                .addService(new PublisherService(topics, faults))
                .addService(subscribers)
                .build()
                .start();
        ScheduledFuture<?> unused =
                expiry.scheduleWithFixedDelay(topics::expire, EXPIRY_MILLIS, EXPIRY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * Starts a server.
     *
     * @param clock gives the publish times
     * @throws IOException if there is no free port
     */
    public static PubSubServer start(Clock clock) throws IOException {
        return new PubSubServer(clock);
    }

    /** Returns what {@code PUBSUB_EMULATOR_HOST} is to be: {@code 127.0.0.1:PORT}. */
    public String emulatorHost() {
        return "127.0.0.1:" + server.getPort();
    }

    /** Makes a topic. */
    public void createTopic(String project, String topic) {
        topics.createTopic(topicName(project, topic));
    }

    /**
     * Makes a subscription of a topic, to which what is published from now on goes.
     *
     * @param ordered whether messages of an ordering key come one after another
     */
    public void createSubscription(
            String project, String subscription, String topic, Duration ackDeadline, boolean ordered) {
        topics.createSubscription(
                subscriptionName(project, subscription), topicName(project, topic), ackDeadline, ordered);
    }

    /** Returns all messages of a topic, in the order in which they came. */
    public List<PubsubMessage> published(String project, String topic) {
        return topics.published(topicName(project, topic));
    }

    /** Returns how many messages of a subscription are not acknowledged. */
    public int unacknowledged(String project, String subscription) {
        return topics.subscription(subscriptionName(project, subscription)).unacknowledged();
    }

    /** Has the next calls to publish refused. */
    public void refusePublishes(int calls, Status status) {
        faults.add(calls, status, false);
    }

    /** Has the messages of the next calls to publish stored, and the client told that it failed. */
    public void loseAnswers(int calls, Status status) {
        faults.add(calls, status, true);
    }

    /** Leaves calls to publish without an answer from now on. */
    public void holdPublishes() {
        faults.hold();
    }

    /** Has the next calls to pull refused. */
    public void refusePulls(int calls, Status status) {
        pullFaults.add(calls, status, false);
    }

    /** Has messages delivered to the next calls to pull, and the client told that it failed: they come again later. */
    public void losePulls(int calls, Status status) {
        pullFaults.add(calls, status, true);
    }

    /** Ends the streams that are open; what they delivered and is not acknowledged comes again when its deadline passes. */
    public void breakStreams(Status status) {
        subscribers.breakStreams(status);
    }

    /** Answers what was held. */
    public void releasePublishes() {
        faults.release();
    }

    /** Forgets all topics, subscriptions and faults, and ends the streams, as a server that was just started. */
    public void reset() {
        breakStreams(Status.UNAVAILABLE);
        topics.clear();
        faults.clear();
        pullFaults.clear();
    }

    private static String topicName(String project, String topic) {
        return "projects/" + project + "/topics/" + topic;
    }

    private static String subscriptionName(String project, String subscription) {
        return "projects/" + project + "/subscriptions/" + subscription;
    }

    /** Ends all connections. */
    @Override
    public void close() {
        faults.release();
        expiry.shutdownNow();
        server.shutdownNow();
        calls.shutdownNow();
    }
}
