package dev.persistor.gcp;

import com.google.api.core.ApiFuture;
import com.google.api.core.ApiFutureCallback;
import com.google.api.core.ApiFutures;
import com.google.api.gax.batching.BatchingSettings;
import com.google.api.gax.batching.FlowControlSettings;
import com.google.api.gax.batching.FlowController.LimitExceededBehavior;
import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.grpc.GrpcTransportChannel;
import com.google.api.gax.retrying.RetrySettings;
import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.FixedTransportChannelProvider;
import com.google.cloud.pubsub.v1.Publisher;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.pubsub.v1.PubsubMessage;
import com.google.pubsub.v1.TopicName;
import dev.persistor.core.message.Message;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.PublishException;
import dev.persistor.core.replay.Published;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Publishes to a topic of Pub/Sub with Google's client: up to 500 messages, 1 MB or 10 ms a request, 2,000 messages and
 * 64 MiB under way. A request is tried again for a minute at most. Messages keep their ordering keys; when one of a key
 * fails, the client holds that key back, and so does this.
 *
 * <p>Thread-safe.
 */
final class PubSubPublisher implements MessagePublisher {

    private static final long BATCH_MESSAGES = 500;
    private static final long BATCH_BYTES = 1_000_000;
    private static final Duration BATCH_DELAY = Duration.ofMillis(10);
    private static final long UNDER_WAY = 2_000;
    private static final long UNDER_WAY_BYTES = 64 << 20;
    private static final Duration DEADLINE = Duration.ofMinutes(1);
    private static final Duration ATTEMPT = Duration.ofSeconds(15);

    private final String target;
    private final Publisher publisher;
    private final @Nullable ManagedChannel emulator;
    private final Set<String> refusedKeys = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private PubSubPublisher(String target, Publisher publisher, @Nullable ManagedChannel emulator) {
        this.target = target;
        this.publisher = publisher;
        this.emulator = emulator;
    }

    /**
     * Opens a topic; connects with the first message.
     *
     * @param emulatorHost host and port of an emulator, if that is where to publish
     * @throws PublishException if there are no credentials
     */
    static PubSubPublisher open(String project, String topic, Optional<String> emulatorHost) {
        TopicName name = TopicName.of(project, topic);
        Publisher.Builder builder = Publisher.newBuilder(name)
                .setEnableMessageOrdering(true)
                .setBatchingSettings(batching())
                .setRetrySettings(retries());
        ManagedChannel channel = null;
        if (emulatorHost.isPresent()) {
            channel = ManagedChannelBuilder.forTarget(emulatorHost.get())
                    .usePlaintext()
                    .build();
            builder.setChannelProvider(FixedTransportChannelProvider.create(GrpcTransportChannel.create(channel)))
                    .setCredentialsProvider(NoCredentialsProvider.create());
        }
        try {
            return new PubSubPublisher(name.toString(), builder.build(), channel);
        } catch (IOException e) {
            throw new PublishException("open " + name + ": " + e.getMessage(), false, e);
        }
    }

    private static BatchingSettings batching() {
        return BatchingSettings.newBuilder()
                .setElementCountThreshold(BATCH_MESSAGES)
                .setRequestByteThreshold(BATCH_BYTES)
                .setDelayThresholdDuration(BATCH_DELAY)
                .setFlowControlSettings(FlowControlSettings.newBuilder()
                        .setMaxOutstandingElementCount(UNDER_WAY)
                        .setMaxOutstandingRequestBytes(UNDER_WAY_BYTES)
                        .setLimitExceededBehavior(LimitExceededBehavior.Block)
                        .build())
                .build();
    }

    private static RetrySettings retries() {
        return RetrySettings.newBuilder()
                .setTotalTimeoutDuration(DEADLINE)
                .setInitialRetryDelayDuration(Duration.ofMillis(100))
                .setRetryDelayMultiplier(2)
                .setMaxRetryDelayDuration(Duration.ofSeconds(5))
                .setInitialRpcTimeoutDuration(ATTEMPT)
                .setRpcTimeoutMultiplier(1)
                .setMaxRpcTimeoutDuration(ATTEMPT)
                .build();
    }

    @Override
    public CompletableFuture<Published> publish(Message message) {
        if (closed) {
            throw new IllegalStateException("this publisher is closed");
        }
        CompletableFuture<Published> published = new CompletableFuture<>();
        PubsubMessage mapped;
        try {
            mapped = PubSubMapping.map(message);
        } catch (PublishException e) {
            // The client knows nothing of this one, and would let later ones of its key overtake it.
            message.orderingKey().ifPresent(refusedKeys::add);
            published.completeExceptionally(e);
            return published;
        }
        if (refusedKeys.contains(mapped.getOrderingKey())) {
            published.completeExceptionally(PublishException.afterFailureOf(mapped.getOrderingKey()));
            return published;
        }
        ApiFuture<String> answer = publisher.publish(mapped);
        ApiFutures.addCallback(
                answer,
                new ApiFutureCallback<>() {
                    @Override
                    public void onSuccess(String id) {
                        published.complete(Published.as(id));
                    }

                    @Override
                    public void onFailure(Throwable failure) {
                        published.completeExceptionally(translate(message, failure));
                    }
                },
                MoreExecutors.directExecutor());
        return published;
    }

    private PublishException translate(Message message, Throwable failure) {
        if (failure instanceof CancellationException && message.orderingKey().isPresent()) {
            return PublishException.afterFailureOf(message.orderingKey().get());
        }
        boolean retryable = failure instanceof ApiException api && api.isRetryable();
        return new PublishException("publish to " + target + ": " + failure.getMessage(), retryable, failure);
    }

    @Override
    public void flush() {
        publisher.publishAllOutstanding();
    }

    @Override
    public List<String> losses(Message message) {
        return PubSubMapping.losses(message);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        publisher.shutdown();
        try {
            // As long as a request may be tried again, and then the futures have failed.
            publisher.awaitTermination(DEADLINE.toSeconds() + ATTEMPT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (emulator != null) {
            emulator.shutdownNow();
        }
    }

    @Override
    public String toString() {
        return target;
    }
}
