package dev.persistor.azure;

import com.azure.messaging.eventhubs.EventHubConsumerClient;
import com.azure.messaging.eventhubs.UnalteredEventHubClientBuilder;
import com.azure.messaging.eventhubs.UnalteredEventProcessorBuilder;
import com.azure.storage.blob.BlobContainerAsyncClient;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Setting;
import dev.persistor.core.config.Settings;
import dev.persistor.core.pull.Feed;
import dev.persistor.core.pull.FeedProvider;
import dev.persistor.core.pull.Intake;
import dev.persistor.core.pull.LogReader;
import dev.persistor.core.pull.PullLimits;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Opens feeds of kind {@code event-hubs}: the partitions of a hub, shared among all processes that have the same checkpoints.
 *
 * <p>Thread-safe.
 */
public final class EventHubFeedProvider implements FeedProvider {

    private static final int LOOKS_A_TAKEOVER = 3;

    /** For the service loader. */
    public EventHubFeedProvider() {}

    @Override
    public String kind() {
        return "event-hubs";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(
                AzureSettings.EVENT_HUB_NAME.required(),
                AzureSettings.EVENT_HUB_CONSUMER_GROUP,
                MessagingConnection.connectionString(EventHubPull.CONNECTION),
                MessagingConnection.host(EventHubPull.CONNECTION),
                EventHubPullSettings.CHECKPOINTS.required(),
                EventHubPullSettings.PREFETCH,
                EventHubPullSettings.TAKEOVER);
    }

    @Override
    public void check(Settings settings, Map<String, String> environment) {
        EventHubPull.connection(settings.get(AzureSettings.EVENT_HUB_NAME), environment);
    }

    @Override
    public Intake intake(Settings settings, Map<String, String> environment) {
        String hub = settings.get(AzureSettings.EVENT_HUB_NAME);
        String name = "event hub " + hub.toLowerCase(Locale.ROOT) + " of "
                + EventHubPull.connection(hub, environment).namespace().toLowerCase(Locale.ROOT);
        String group = EventHubPull.group(settings).toLowerCase(Locale.ROOT);
        return new Intake(
                List.of(new Intake.Claim(
                        name + " in the consumer group " + group, AzureSettings.EVENT_HUB_CONSUMER_GROUP)),
                Map.of(settings.find(PersistorSettings.SOURCE).orElse(hub), Set.of(name)));
    }

    @Override
    public Feed open(Capture capture, PullLimits limits, Map<String, String> environment) {
        Settings settings = capture.settings();
        String hub = settings.get(AzureSettings.EVENT_HUB_NAME);
        MessagingConnection connection = EventHubPull.connection(hub, environment);
        String group = EventHubPull.group(settings);
        int prefetch = settings.get(EventHubPullSettings.PREFETCH);
        Duration takeover = settings.get(EventHubPullSettings.TAKEOVER);
        BlobContainerAsyncClient container =
                AzureBlobStoreProvider.container(settings.get(EventHubPullSettings.CHECKPOINTS), environment);
        EventHubCheckpoints checkpoints = EventHubCheckpoints.in(container, connection.namespace(), hub, group);
        UnalteredEventHubClientBuilder client = EventHubPull.client(connection, hub, environment);
        client.consumerGroup(group).prefetchCount(prefetch);
        EventHubConsumerClient asked = EventHubPull.client(connection, hub, environment)
                .consumerGroup(group)
                .buildConsumerClient();
        try {
            EventHubIdentity identity = new EventHubIdentity(hub, asked::getEventHubProperties);
            UnalteredEventProcessorBuilder processor = new UnalteredEventProcessorBuilder(
                    client, checkpoints.storeOf(identity.created()), takeover, takeover.dividedBy(LOOKS_A_TAKEOVER));
            return EventHubProcessor.feed(capture, limits, processor, asked, identity, checkpoints);
        } catch (RuntimeException e) {
            asked.close();
            throw e;
        }
    }

    @Override
    public Optional<LogReader> openLog(Capture capture, Map<String, String> environment) {
        Settings settings = capture.settings();
        String hub = settings.get(AzureSettings.EVENT_HUB_NAME);
        EventHubConsumerClient client = EventHubPull.client(EventHubPull.connection(hub, environment), hub, environment)
                .consumerGroup(EventHubPull.group(settings))
                .buildConsumerClient();
        try {
            return Optional.of(new EventHubLogReader(client, capture.source().orElse(hub)));
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }
}
