package com.azure.messaging.eventhubs;

import com.azure.messaging.eventhubs.implementation.PartitionProcessor;
import com.azure.messaging.eventhubs.models.CloseContext;
import com.azure.messaging.eventhubs.models.ErrorContext;
import com.azure.messaging.eventhubs.models.EventContext;
import com.azure.messaging.eventhubs.models.EventPosition;
import com.azure.messaging.eventhubs.models.InitializationContext;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Builds Azure's processor over {@link UnalteredEventHubClientBuilder}. Azure's builder of processors makes its clients itself.
 * The processor balances greedily, and hands events over one by one.
 *
 * <p>Not thread-safe.
 */
public final class UnalteredEventProcessorBuilder {

    private final UnalteredEventHubClientBuilder client;
    private final CheckpointStore checkpoints;
    private final EventProcessorClientOptions options = new EventProcessorClientOptions();

    /**
     * Starts a builder.
     *
     * @param client of a hub, with consumer group and prefetch
     * @param checkpoints where processes note what they own and how far they got
     * @param expiration how long a process owns a partition that it does not renew
     * @param update how often it renews
     */
    public UnalteredEventProcessorBuilder(
            UnalteredEventHubClientBuilder client, CheckpointStore checkpoints, Duration expiration, Duration update) {
        this.client = client;
        this.checkpoints = checkpoints;
        options.setConsumerGroup(client.getConsumerGroup())
                .setLoadBalancingStrategy(LoadBalancingStrategy.GREEDY)
                .setPartitionOwnershipExpirationInterval(expiration)
                .setLoadBalancerUpdateInterval(update)
                .setTrackLastEnqueuedEventProperties(false)
                .setBatchReceiveMode(false)
                .setMaxBatchSize(1);
    }

    /** Says where to begin in a partition without a checkpoint. */
    public UnalteredEventProcessorBuilder initialPartitionEventPosition(Function<String, EventPosition> position) {
        options.setInitialEventPositionProvider(position);
        return this;
    }

    /**
     * Builds the processor.
     *
     * @param begun hears that a partition will be read
     * @param arrived gets each event
     * @param ended hears that a partition is read no longer
     * @param failed hears of errors
     */
    public EventProcessorClient build(
            Consumer<InitializationContext> begun,
            Consumer<EventContext> arrived,
            Consumer<CloseContext> ended,
            Consumer<ErrorContext> failed) {
        return new EventProcessorClient(
                client,
                () -> new Handlers(begun, arrived, ended, failed),
                checkpoints,
                failed,
                client.createTracer(),
                client.createMeter(),
                options);
    }

    private static final class Handlers extends PartitionProcessor {
        private final Consumer<InitializationContext> begun;
        private final Consumer<EventContext> arrived;
        private final Consumer<CloseContext> ended;
        private final Consumer<ErrorContext> failed;

        Handlers(
                Consumer<InitializationContext> begun,
                Consumer<EventContext> arrived,
                Consumer<CloseContext> ended,
                Consumer<ErrorContext> failed) {
            this.begun = begun;
            this.arrived = arrived;
            this.ended = ended;
            this.failed = failed;
        }

        @Override
        public void initialize(InitializationContext context) {
            begun.accept(context);
        }

        @Override
        public void processEvent(EventContext context) {
            arrived.accept(context);
        }

        @Override
        public void processError(ErrorContext context) {
            failed.accept(context);
        }

        @Override
        public void close(CloseContext context) {
            ended.accept(context);
        }
    }
}
