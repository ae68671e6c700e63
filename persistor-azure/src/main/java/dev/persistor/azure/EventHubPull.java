package dev.persistor.azure;

import com.azure.messaging.eventhubs.EventHubClientBuilder;
import com.azure.messaging.eventhubs.EventHubConsumerAsyncClient;
import com.azure.messaging.eventhubs.UnalteredEventHubClientBuilder;
import com.azure.storage.blob.BlobContainerAsyncClient;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.capture.PartitionWriter;
import dev.persistor.core.config.Settings;
import dev.persistor.core.config.SettingsException;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.PullReport;
import dev.persistor.core.pull.PullRun;
import java.time.Duration;
import java.util.Map;

/**
 * One run of {@link EventHubPullFunction}. It stands apart, because the Functions worker and the plugin that packs an app look at all
 * methods of a function's class, and the clients' classes in their signatures are only there in an app that pulls.
 */
final class EventHubPull {

    static final String CONNECTION = "EVENT_HUB_CONNECTION";

    private EventHubPull() {}

    static PullReport archive(Capture capture, PullLimits limits, Map<String, String> environment) {
        try (PartitionWriter logs = capture.partitions(Duration.ZERO);
                EventHubLog log = open(capture, logs, environment)) {
            return PullRun.of(capture, limits, log).logs(logs).start().pullFrom(log);
        }
    }

    private static EventHubLog open(Capture capture, PartitionWriter logs, Map<String, String> environment) {
        Settings settings = capture.settings();
        settings.require(AzureSettings.EVENT_HUB_NAME, EventHubPullSettings.CHECKPOINTS);
        String hub = settings.get(AzureSettings.EVENT_HUB_NAME);
        String group = group(settings);
        int prefetch = settings.get(EventHubPullSettings.PREFETCH);
        MessagingConnection connection = connection(hub, environment);
        BlobContainerAsyncClient container =
                AzureBlobStoreProvider.container(settings.get(EventHubPullSettings.CHECKPOINTS), environment);
        EventHubConsumerAsyncClient client = client(connection, hub, environment)
                .consumerGroup(group)
                .prefetchCount(prefetch)
                .buildAsyncConsumerClient();
        return EventHubLog.open(
                client,
                capture.source().orElse(hub),
                logs,
                EventHubCheckpoints.in(container, client.getFullyQualifiedNamespace(), hub, group),
                settings.get(EventHubPullSettings.PARTITIONS_PULLED),
                prefetch);
    }

    /**
     * Returns where the namespace of a hub is.
     *
     * @throws SettingsException if nothing says so, or a connection string is of another hub
     */
    static MessagingConnection connection(String hub, Map<String, String> environment) {
        MessagingConnection connection = MessagingConnection.of(CONNECTION, environment);
        connection.requireEntity(CONNECTION, AzureSettings.EVENT_HUB_NAME, hub);
        return connection;
    }

    /** Returns the consumer group that settings name, else the one that each hub has. */
    static String group(Settings settings) {
        return settings.find(AzureSettings.EVENT_HUB_CONSUMER_GROUP)
                .orElse(EventHubClientBuilder.DEFAULT_CONSUMER_GROUP_NAME);
    }

    /** Returns a builder of clients of a hub. */
    static UnalteredEventHubClientBuilder client(
            MessagingConnection connection, String hub, Map<String, String> environment) {
        UnalteredEventHubClientBuilder builder = new UnalteredEventHubClientBuilder();
        builder.retryOptions(MessagingClients.fewTries());
        connection
                .connection()
                .ifPresentOrElse(
                        string -> builder.connectionString(string.secret(), hub),
                        () -> builder.credential(
                                connection.namespace(),
                                hub,
                                AzureCredentials.ofEnvironment(new AzureHttpClient(), environment)));
        return builder;
    }
}
