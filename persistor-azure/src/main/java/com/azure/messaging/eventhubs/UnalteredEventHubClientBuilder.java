package com.azure.messaging.eventhubs;

import com.azure.core.amqp.implementation.MessageSerializer;
import com.azure.core.util.logging.ClientLogger;
import com.azure.core.util.metrics.Meter;
import java.util.UUID;
import reactor.core.scheduler.Schedulers;

/**
 * Builds clients of Event Hubs whose events have the bodies that their senders gave them.
 *
 * <p>Azure's own builder gives its clients a serializer that replaces each body which is not a data section by an empty one, and
 * offers no way to choose another. So this class is in the client's package, overrides the one method by which all clients are
 * made, and gives them {@link UnalteredEvents}. All else is Azure's: connections, links, retries, balancing.
 *
 * <p>Not thread-safe.
 */
public final class UnalteredEventHubClientBuilder extends EventHubClientBuilder {

    private static final ClientLogger LOGGER = new ClientLogger(UnalteredEventHubClientBuilder.class);

    /** Starts a builder with Azure's defaults. */
    public UnalteredEventHubClientBuilder() {}

    @Override
    EventHubAsyncClient buildAsyncClient() {
        if (getRetryOptions() == null) {
            retryOptions(DEFAULT_RETRY);
        }
        if (getScheduler() == null) {
            scheduler(Schedulers.boundedElastic());
        }
        if (getPrefetchCount() == null) {
            prefetchCount(DEFAULT_PREFETCH_COUNT);
        }
        MessageSerializer serializer = new UnalteredEvents(new EventHubMessageSerializer());
        Meter meter = createMeter();
        V2StackSupport stack = new V2StackSupport(LOGGER);
        ConnectionCacheWrapper connections = new ConnectionCacheWrapper(stack.createConnectionCache(
                getConnectionOptions(),
                this::getEventHubName,
                serializer,
                meter,
                stack.isSessionChannelCacheEnabled(getConfiguration())));
        return new EventHubAsyncClient(
                connections,
                serializer,
                getScheduler(),
                false,
                this::onClientClose,
                UUID.randomUUID().toString(),
                meter,
                createTracer());
    }

    /** Each client has a connection of its own, and closes it. */
    @Override
    void onClientClose() {}
}
