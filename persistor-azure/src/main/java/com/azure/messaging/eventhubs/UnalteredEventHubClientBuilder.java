package com.azure.messaging.eventhubs;

import com.azure.core.amqp.implementation.AmqpLinkProvider;
import com.azure.core.amqp.implementation.AzureTokenManagerProvider;
import com.azure.core.amqp.implementation.ConnectionOptions;
import com.azure.core.amqp.implementation.MessageSerializer;
import com.azure.core.amqp.implementation.ReactorConnectionCache;
import com.azure.core.amqp.implementation.ReactorProvider;
import com.azure.core.amqp.implementation.RetryUtil;
import com.azure.core.amqp.implementation.StringUtil;
import com.azure.core.util.logging.ClientLogger;
import com.azure.core.util.metrics.Meter;
import com.azure.messaging.eventhubs.implementation.EventHubReactorAmqpConnection;
import dev.persistor.azure.amqp.WholeBodyLinks;
import java.util.Map;
import java.util.UUID;
import reactor.core.scheduler.Schedulers;

/**
 * Builds clients of Event Hubs whose events have the bodies that their senders gave them.
 *
 * <p>Azure's own builder gives its clients a serializer that replaces each body which is not a data section by an empty one, and
 * offers no way to choose another. So this class is in the client's package, overrides the one method by which all clients are
 * made, and gives them {@link UnalteredEvents} and {@link WholeBodyLinks}. All else is Azure's: connections, links, retries, balancing.
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
        ConnectionOptions options = getConnectionOptions();
        boolean cachesChannels = new V2StackSupport(LOGGER).isSessionChannelCacheEnabled(getConfiguration());
        ConnectionCacheWrapper connections = new ConnectionCacheWrapper(new ReactorConnectionCache<>(
                () -> newConnection(options, serializer, meter, cachesChannels),
                options.getFullyQualifiedNamespace(),
                getEventHubName(),
                RetryUtil.getRetryPolicy(options.getRetry()),
                Map.of("entityPath", getEventHubName())));
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

    private EventHubReactorAmqpConnection newConnection(
            ConnectionOptions options, MessageSerializer serializer, Meter meter, boolean cachesChannels) {
        ReactorProvider reactor = new ReactorProvider();
        return new EventHubReactorAmqpConnection(
                StringUtil.getRandomString("MF"),
                options,
                getEventHubName(),
                reactor,
                new WholeBodyLinks(reactor, meter),
                new AmqpLinkProvider(),
                new AzureTokenManagerProvider(
                        options.getAuthorizationType(),
                        options.getFullyQualifiedNamespace(),
                        options.getAuthorizationScope()),
                serializer,
                true,
                cachesChannels);
    }

    /** Each client has a connection of its own, and closes it. */
    @Override
    void onClientClose() {}
}
