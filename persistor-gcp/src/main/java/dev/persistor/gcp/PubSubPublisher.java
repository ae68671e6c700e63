package dev.persistor.gcp;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.retrying.RetrySettings;
import com.google.cloud.pubsub.v1.stub.PublisherStubSettings;
import dev.persistor.core.replay.BatchingPublisher;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.PublishException;
import dev.persistor.core.retry.RetryBudget;
import java.io.IOException;
import java.time.Duration;

/**
 * Opens publishers to topics of Pub/Sub, with Google's generated client. What a message becomes is in {@link PubSubMapping}.
 *
 * <p>Batches, order and bounds are {@link BatchingPublisher}'s, and not those of the client's own publisher: where messages with
 * and without ordering keys are mixed, that one may forget a batch
 * (<a href="https://github.com/googleapis/java-pubsub/issues/2377">java-pubsub 2377</a>), retries keys for ever, and waits
 * for them for ever when it is closed.
 */
final class PubSubPublisher {

    /** The retry budget of one request. */
    static final Duration RETRIES = Duration.ofSeconds(30);

    private static final Duration ATTEMPT = Duration.ofSeconds(20);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final double PAUSE_GROWTH = 2;

    /** One request has one key at most: many keys are only fast together. */
    private static final int LANES = 32;

    private PubSubPublisher() {}

    /**
     * Opens a topic of the service.
     *
     * @param topic such as {@code projects/p/topics/t}
     * @throws PublishException if there are no credentials
     */
    static MessagePublisher open(String topic) {
        return open(topic, PublisherStubSettings.newBuilder(), RETRIES);
    }

    /** Opens a topic of an emulator at {@code host:port}. */
    static MessagePublisher openEmulator(String topic, String emulator) {
        return openEmulator(topic, emulator, RETRIES);
    }

    /** Opens a topic of an emulator, and gives up a request after so long a time. */
    static MessagePublisher openEmulator(String topic, String emulator, Duration retries) {
        PublisherStubSettings.Builder settings = PublisherStubSettings.newBuilder()
                .setCredentialsProvider(NoCredentialsProvider.create())
                .setTransportChannelProvider(PublisherStubSettings.defaultGrpcTransportProviderBuilder()
                        .setEndpoint(emulator)
                        .setChannelConfigurator(channel -> channel.usePlaintext())
                        .build());
        return open(topic, settings, retries);
    }

    private static MessagePublisher open(String topic, PublisherStubSettings.Builder settings, Duration retries) {
        settings.publishSettings()
                .setRetryableCodes(PubSubErrors.retryable())
                .setRetrySettings(within(retries))
                .setBatchingSettings(settings.publishSettings().getBatchingSettings().toBuilder()
                        .setIsEnabled(false)
                        .build());
        try {
            // The client tries again by itself.
            return BatchingPublisher.to(
                    new PubSubTopic(topic, settings.build().createStub()), RetryBudget.none(), LANES);
        } catch (IOException e) {
            throw new PublishException("open " + topic + ": " + e.getMessage(), false, e);
        }
    }

    private static RetrySettings within(Duration budget) {
        return RetrySettings.newBuilder()
                .setTotalTimeoutDuration(budget)
                .setInitialRetryDelayDuration(FIRST_PAUSE)
                .setMaxRetryDelayDuration(LONGEST_PAUSE)
                .setRetryDelayMultiplier(PAUSE_GROWTH)
                .setInitialRpcTimeoutDuration(ATTEMPT)
                .setMaxRpcTimeoutDuration(ATTEMPT)
                .setRpcTimeoutMultiplier(1)
                .build();
    }
}
