package dev.persistor.azure;

import dev.persistor.core.config.Setting;
import dev.persistor.core.config.Values;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The settings of {@link EventHubPullFunction} beside those of every pull function.
 *
 * <p>Immutable.
 */
public final class EventHubPullSettings {

    private static final Pattern PARTITIONS = Pattern.compile("\\d{1,4}(?:\\s*,\\s*\\d{1,4})*");
    private static final String ALL = "all";
    private static final int MAX_PREFETCH = 8_000;

    /** The container for the checkpoints. */
    public static final Setting<URI> CHECKPOINTS = Setting.optional(
            "PERSISTOR_EVENT_HUB_CHECKPOINTS",
            "An existing container for checkpoints: how far each partition is archived. It must not be the"
                    + " archive's container, because checkpoints are overwritten. Required for pulling.",
            "an address such as https://ACCOUNT.blob.core.windows.net/CONTAINER",
            AzureBlobStoreProvider::containerAddress);

    /** The partitions to pull; an empty list means all. */
    public static final Setting<Set<String>> PARTITIONS_PULLED = Setting.optional(
                    "PERSISTOR_EVENT_HUB_PARTITIONS",
                    "The partitions that EventHubPull reads, all at the same time.",
                    "all, or numbers such as 0,1,2",
                    EventHubPullSettings::partitions)
            .withDefault(ALL);

    /** The number of events requested ahead for each partition. */
    public static final Setting<Integer> PREFETCH = Setting.optional(
                    "PERSISTOR_EVENT_HUB_PREFETCH",
                    "The number of events to request ahead for each partition.",
                    "a whole number from 1 to " + MAX_PREFETCH,
                    text -> Values.numberUpTo(MAX_PREFETCH, text))
            .withDefault("300");

    /** How long a lost process keeps its partitions. */
    public static final Setting<Duration> TAKEOVER = Setting.optional(
                    "PERSISTOR_EVENT_HUB_TAKEOVER",
                    "How long the partitions of a lost process wait before another process takes them over. Processes"
                            + " check three times in this period.",
                    "a duration such as 30s, more than 0",
                    Values::positiveDuration)
            .withDefault("30s");

    private EventHubPullSettings() {}

    /** Returns all of these settings, in the order of the reference. */
    public static List<Setting<?>> all() {
        return List.of(CHECKPOINTS, PARTITIONS_PULLED, PREFETCH);
    }

    private static Set<String> partitions(String text) {
        String given = text.strip();
        if (given.equals(ALL)) {
            return Set.of();
        }
        if (!PARTITIONS.matcher(given).matches()) {
            throw new IllegalArgumentException("it is not a list of partitions");
        }
        return Set.copyOf(new TreeSet<>(List.of(given.split("\\s*,\\s*"))));
    }
}
