package dev.persistor.gcp;

import com.google.api.core.ApiFuture;
import com.google.api.core.ApiFutureCallback;
import com.google.api.core.ApiFutures;
import com.google.api.gax.batching.BatchingSettings;
import com.google.api.gax.core.CredentialsProvider;
import com.google.api.gax.core.FixedExecutorProvider;
import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.grpc.GrpcTransportChannel;
import com.google.api.gax.retrying.RetrySettings;
import com.google.api.gax.rpc.FixedTransportChannelProvider;
import com.google.api.gax.rpc.TransportChannel;
import com.google.cloud.pubsub.v1.Publisher;
import com.google.cloud.pubsub.v1.TopicAdminSettings;
import com.google.pubsub.v1.PubsubMessage;
import dev.persistor.core.message.Message;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.PublishException;
import dev.persistor.core.replay.Published;
import io.grpc.ManagedChannelBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * Publishes to a topic of Pub/Sub with Google's client. At most 5,000 messages and 64 MiB are under way; what a message
 * becomes is in {@link PubSubMapping}.
 *
 * <p>Three things that the client does are not left to it. Its flow control keeps the room of messages that it gives up
 * with a failed key, and swallows interruption: {@link UnderWay} bounds instead. With ordering keys it retries for ever:
 * {@link RetryBudget} ends that. Its shutdown waits for ever for those same messages: so the channel and the threads are
 * this publisher's own, and it closes them itself.
 *
 * <p>Thread-safe.
 */
final class PubSubPublisher implements MessagePublisher {

    static final int MESSAGES_UNDER_WAY = 5_000;
    static final long BYTES_UNDER_WAY = 64L << 20;

    /** How long attempts to send one request go on. */
    static final Duration RETRIES = Duration.ofSeconds(30);

    private static final Duration ATTEMPT = Duration.ofSeconds(20);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final double PAUSE_GROWTH = 2;

    private static final long BATCH_MESSAGES = 500;
    private static final long BATCH_BYTES = 1_000_000;
    private static final Duration BATCH_DELAY = Duration.ofMillis(10);
    private static final int THREADS = 4;

    private final String topic;
    private final Publisher client;
    private final TransportChannel channel;
    private final ScheduledExecutorService threads;
    private final UnderWay underWay = new UnderWay(MESSAGES_UNDER_WAY, BYTES_UNDER_WAY);
    private final Set<String> failedKeys = ConcurrentHashMap.newKeySet();

    private PubSubPublisher(
            String topic, Publisher client, TransportChannel channel, ScheduledExecutorService threads) {
        this.topic = topic;
        this.client = client;
        this.channel = channel;
        this.threads = threads;
    }

    /**
     * Opens a topic of the service.
     *
     * @param topic such as {@code projects/p/topics/t}
     * @throws PublishException if there are no credentials
     */
    static MessagePublisher open(String topic) {
        try {
            return over(
                    topic,
                    serviceChannel(),
                    TopicAdminSettings.defaultCredentialsProviderBuilder().build());
        } catch (IOException e) {
            throw new PublishException("open " + topic + ": " + e.getMessage(), false, e);
        }
    }

    /** Opens a topic of an emulator at {@code host:port}. */
    static MessagePublisher openEmulator(String topic, String emulator) {
        return openEmulator(topic, emulator, RETRIES);
    }

    /** Opens a topic of an emulator, and gives up a request after so long a time. */
    static MessagePublisher openEmulator(String topic, String emulator, Duration retries) {
        TransportChannel channel = GrpcTransportChannel.create(ManagedChannelBuilder.forTarget(emulator)
                .usePlaintext()
                .intercept(new RetryBudget(retries))
                .build());
        try {
            return over(topic, channel, NoCredentialsProvider.create());
        } catch (IOException e) {
            throw new PublishException("open " + topic + " at " + emulator + ": " + e.getMessage(), false, e);
        }
    }

    private static TransportChannel serviceChannel() throws IOException {
        return TopicAdminSettings.defaultGrpcTransportProviderBuilder()
                .setEndpoint(TopicAdminSettings.getDefaultEndpoint())
                .setHeaderProvider(TopicAdminSettings.defaultApiClientHeaderProviderBuilder()
                        .build())
                .setInterceptorProvider(() -> List.of(new RetryBudget(RETRIES)))
                .build()
                .getTransportChannel();
    }

    private static MessagePublisher over(String topic, TransportChannel channel, CredentialsProvider credentials)
            throws IOException {
        ScheduledExecutorService threads = threads();
        try {
            Publisher client = Publisher.newBuilder(topic)
                    .setChannelProvider(FixedTransportChannelProvider.create(channel))
                    .setCredentialsProvider(credentials)
                    .setExecutorProvider(FixedExecutorProvider.create(threads))
                    .setEnableMessageOrdering(true)
                    .setBatchingSettings(BatchingSettings.newBuilder()
                            .setElementCountThreshold(BATCH_MESSAGES)
                            .setRequestByteThreshold(BATCH_BYTES)
                            .setDelayThresholdDuration(BATCH_DELAY)
                            .build())
                    .setRetrySettings(retries())
                    .build();
            return new PubSubPublisher(topic, client, channel, threads);
        } catch (IOException e) {
            threads.shutdownNow();
            channel.shutdownNow();
            throw e;
        }
    }

    private static ScheduledExecutorService threads() {
        return new ScheduledThreadPoolExecutor(THREADS, task -> {
            Thread thread = new Thread(task, "persistor-pubsub");
            thread.setDaemon(true);
            return thread;
        });
    }

    private static RetrySettings retries() {
        return RetrySettings.newBuilder()
                .setTotalTimeoutDuration(RETRIES)
                .setInitialRetryDelayDuration(FIRST_PAUSE)
                .setMaxRetryDelayDuration(LONGEST_PAUSE)
                .setRetryDelayMultiplier(PAUSE_GROWTH)
                .setInitialRpcTimeoutDuration(ATTEMPT)
                .setMaxRpcTimeoutDuration(ATTEMPT)
                .setRpcTimeoutMultiplier(1)
                .build();
    }

    @Override
    public CompletableFuture<Published> publish(Message message) throws InterruptedException {
        underWay.requireOpen();
        Optional<String> key = message.orderingKey();
        PubSubMapping mapping = PubSubMapping.of(message, topic);
        if (mapping.refusal().isPresent()) {
            key.ifPresent(failedKeys::add);
            return CompletableFuture.failedFuture(new PublishException(
                    "publish to " + topic + ": " + mapping.refusal().get(), false, null));
        }
        int size = mapping.message().getSerializedSize();
        while (!underWay.tryEnter(size)) {
            // The client may keep a batch of a key back until one before it is answered, and then forget to look again.
            flush();
        }
        if (key.isPresent() && failedKeys.contains(key.get())) {
            underWay.leave(size);
            return CompletableFuture.failedFuture(PublishException.afterFailureOf(key.get()));
        }
        return send(mapping.message(), size);
    }

    private CompletableFuture<Published> send(PubsubMessage message, int size) {
        CompletableFuture<Published> future = new CompletableFuture<>();
        ApiFuture<String> answer = client.publish(message);
        ApiFutures.addCallback(
                answer,
                new ApiFutureCallback<>() {
                    @Override
                    public void onSuccess(String id) {
                        future.complete(Published.as(id));
                        underWay.leave(size);
                    }

                    @Override
                    public void onFailure(Throwable failure) {
                        String key = message.getOrderingKey();
                        if (!key.isEmpty()) {
                            failedKeys.add(key);
                        }
                        future.completeExceptionally(PubSubErrors.translate(topic, key, failure));
                        underWay.leave(size);
                    }
                },
                Runnable::run);
        return future;
    }

    @Override
    public void flush() {
        client.publishAllOutstanding();
    }

    @Override
    public List<String> losses(Message message) {
        return PubSubMapping.of(message, topic).losses();
    }

    @Override
    public void close() {
        if (!underWay.close()) {
            return;
        }
        do {
            flush();
        } while (!underWay.awaitEmpty());
        channel.shutdownNow();
        threads.shutdownNow();
    }
}
