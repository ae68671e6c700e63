package dev.persistor.azure;

import dev.persistor.core.config.Setting;
import dev.persistor.core.config.Values;
import dev.persistor.core.pull.PullSettings;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The settings of the functions beside the common ones. Those without {@code PERSISTOR_} are read by the Functions host,
 * which fills them into the triggers, and here only name the source.
 *
 * <p>Immutable.
 */
public final class AzureSettings {

    /** The event hub that is archived. */
    public static final Setting<String> EVENT_HUB_NAME = Setting.optional(
            "EVENT_HUB_NAME", "The event hub that the function EventHub archives.", "a name", AzureSettings::name);

    /** The consumer group of Persistor's own. */
    public static final Setting<String> EVENT_HUB_CONSUMER_GROUP = Setting.optional(
            "EVENT_HUB_CONSUMER_GROUP",
            "The consumer group of the function EventHub. Nothing else may use it.",
            "a name",
            AzureSettings::name);

    /** The queue that is archived. */
    public static final Setting<String> SERVICE_BUS_QUEUE = Setting.optional(
            "SERVICE_BUS_QUEUE",
            "The queue that the function ServiceBusQueue archives and empties. NAME/$deadletterqueue is its"
                    + " dead-letter queue.",
            "a name",
            AzureSettings::name);

    /** The topic that is archived. */
    public static final Setting<String> SERVICE_BUS_TOPIC = Setting.optional(
            "SERVICE_BUS_TOPIC",
            "The topic that the function ServiceBusTopic archives.",
            "a name",
            AzureSettings::name);

    /** The topic's subscription of Persistor's own. */
    public static final Setting<String> SERVICE_BUS_SUBSCRIPTION = Setting.optional(
            "SERVICE_BUS_SUBSCRIPTION",
            "The subscription of the function ServiceBusTopic. Nothing else may use it. NAME/$deadletterqueue is"
                    + " its dead-letter queue.",
            "a name",
            AzureSettings::name);

    /** The retry budget of an Event Hubs batch. */
    public static final Setting<Duration> EVENT_HUB_DEADLINE = Setting.optional(
                    "PERSISTOR_EVENT_HUB_DEADLINE",
                    "How long the function EventHub retries a batch before it fails. Keep it 90 seconds below"
                            + " functionTimeout in host.json.",
                    "a duration such as 210s or 8m, more than 0",
                    Values::positiveDuration)
            .withDefault("210s");

    private AzureSettings() {}

    /** Returns all of these settings, in the order of the reference. */
    public static List<Setting<?>> all() {
        return List.of(
                EVENT_HUB_NAME,
                EVENT_HUB_CONSUMER_GROUP,
                SERVICE_BUS_QUEUE,
                SERVICE_BUS_TOPIC,
                SERVICE_BUS_SUBSCRIPTION,
                EVENT_HUB_DEADLINE);
    }

    /** The client would look for an entity of that very name. */
    private static String name(String text) {
        String name = text.strip();
        if (name.contains("://") || name.contains(";")) {
            throw new IllegalArgumentException("it is an address or a connection string, not a name");
        }
        return name;
    }

    /** Returns what any function of an app may read beside the common settings: they share one environment. */
    static List<Setting<?>> ofFunctions() {
        return Stream.of(all(), PullSettings.all(), EventHubPullSettings.all(), ServiceBusPullSettings.all())
                .flatMap(List::stream)
                .toList();
    }
}
