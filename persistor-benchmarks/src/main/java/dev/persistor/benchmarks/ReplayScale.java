package dev.persistor.benchmarks;

import com.google.api.core.ApiFuture;
import com.google.api.gax.batching.BatchingSettings;
import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.grpc.GrpcTransportChannel;
import com.google.api.gax.rpc.FixedTransportChannelProvider;
import com.google.cloud.pubsub.v1.Publisher;
import com.google.protobuf.ByteString;
import com.google.pubsub.v1.PubsubMessage;
import com.google.pubsub.v1.TopicName;
import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.message.Message;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.Replay;
import dev.persistor.core.replay.ReplayOrder;
import dev.persistor.core.replay.ReplayReport;
import dev.persistor.core.store.BlobStore;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What it takes to publish an archive again, out of Cloud Storage into Pub/Sub, beside publishing as many messages that are at
 * hand by Google's own publisher. All servers are processes of their own, on the same machine.
 */
public final class ReplayScale {

    /** A way to publish so many messages. */
    @FunctionalInterface
    private interface Turn {
        void publish(ServerProcess topic) throws Exception;
    }

    private static final int DEFAULT_MESSAGES = 1_000_000;
    private static final int UNDER_WAY = 10_000;
    private static final long BATCH = 1_000;
    private static final long BATCH_BYTES = 1 << 20;
    private static final Duration BATCH_DELAY = Duration.ofMillis(10);
    private static final double MEBIBYTE = 1 << 20;

    private final PrintStream table;
    private final int messages;
    private double plainSeconds;

    /** Makes a comparison of so many messages. */
    ReplayScale(PrintStream table, int messages) {
        this.table = table;
        this.messages = messages;
    }

    /**
     * Prints the table.
     *
     * @param arguments how many messages; a million if there is none
     */
    public static void main(String[] arguments) throws Exception {
        int messages = arguments.length == 0 ? DEFAULT_MESSAGES : Integer.parseInt(arguments[0]);
        new ReplayScale(new PrintStream(System.out, true, StandardCharsets.UTF_8), messages).measure();
    }

    void measure() throws Exception {
        table.printf(
                Locale.ROOT,
                "%n| %,d messages into Pub/Sub, in a heap of %,.0f MiB | seconds | messages a second | of the plain publisher |"
                        + " MiB in use after a collection, at most |%n",
                messages,
                Runtime.getRuntime().maxMemory() / MEBIBYTE);
        table.println("|---|---|---|---|---|");
        try (ServerProcess storage = ServerProcess.start(Duration.ZERO);
                BlobStore store = storage.store()) {
            ArchiveScale.fill(store, "jsonl", messages);
            Archive archive = Archive.on(store).build();
            row("plain publisher, of messages that are at hand", this::publishPlainly);
            row("replay, as it comes", topic -> replay(archive, topic, ReplayOrder.NONE));
            row("replay, in the order of each key", topic -> replay(archive, topic, ReplayOrder.KEY));
        }
    }

    private void row(String what, Turn turn) throws Exception {
        try (HeapWatch heap = new HeapWatch()) {
            double seconds = seconds(turn);
            plainSeconds = plainSeconds == 0 ? seconds : plainSeconds;
            System.gc();
            table.printf(
                    Locale.ROOT,
                    "| %s | %.1f | %,.0f | %.2f | %,.0f |%n",
                    what,
                    seconds,
                    messages / seconds,
                    plainSeconds / seconds,
                    heap.most() / MEBIBYTE);
        }
    }

    /** Each turn has a server of its own, since that keeps all that it was ever given. */
    private static double seconds(Turn turn) throws Exception {
        try (ServerProcess topic = ServerProcess.withTopic()) {
            long start = System.nanoTime();
            turn.publish(topic);
            return (System.nanoTime() - start) / 1e9;
        }
    }

    private void replay(Archive archive, ServerProcess topic, ReplayOrder order) throws InterruptedException {
        try (MessagePublisher publisher = topic.publisher()) {
            ReplayReport report = Replay.of(archive, MessageFilter.ALL)
                    .to(publisher)
                    .order(order)
                    .build()
                    .run();
            if (report.published() != messages) {
                throw new IllegalStateException("not all was published: " + report);
            }
        }
    }

    private void publishPlainly(ServerProcess topic) throws Exception {
        ManagedChannel channel =
                ManagedChannelBuilder.forTarget(topic.endpoint()).usePlaintext().build();
        Publisher publisher = Publisher.newBuilder(TopicName.of(ServerProcess.PROJECT, ServerProcess.TOPIC))
                .setCredentialsProvider(NoCredentialsProvider.create())
                .setChannelProvider(FixedTransportChannelProvider.create(GrpcTransportChannel.create(channel)))
                .setBatchingSettings(BatchingSettings.newBuilder()
                        .setElementCountThreshold(BATCH)
                        .setRequestByteThreshold(BATCH_BYTES)
                        .setDelayThresholdDuration(BATCH_DELAY)
                        .build())
                .build();
        try {
            List<Message> samples = SampleMessages.of((int) BATCH);
            Deque<ApiFuture<String>> underWay = new ArrayDeque<>();
            for (int i = 0; i < messages; i++) {
                underWay.add(publisher.publish(toPubSub(samples.get(i % samples.size()))));
                if (underWay.size() == UNDER_WAY) {
                    underWay.remove().get();
                }
            }
            for (ApiFuture<String> last : underWay) {
                last.get();
            }
        } finally {
            publisher.shutdown();
            channel.shutdown().awaitTermination(1, TimeUnit.MINUTES);
        }
    }

    private static PubsubMessage toPubSub(Message message) {
        return PubsubMessage.newBuilder()
                .setData(ByteString.copyFrom(message.payload()))
                .putAllAttributes(message.attributes().toMap())
                .build();
    }
}
