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

    /** Where it is noted how far each partition is archived. */
    public static final Setting<URI> CHECKPOINTS = Setting.optional(
            "PERSISTOR_EVENT_HUB_CHECKPOINTS",
            "The container, which is there, in which it is noted how far each partition is archived; another than the"
                    + " archive's, since notes are overwritten. Whoever pulls needs it.",
            "an address such as https://ACCOUNT.blob.core.windows.net/CONTAINER",
            AzureBlobStoreProvider::containerAddress);

    /** Which partitions are pulled; none stands for all. */
    public static final Setting<Set<String>> PARTITIONS_PULLED = Setting.optional(
                    "PERSISTOR_EVENT_HUB_PARTITIONS",
                    "Which partitions EventHubPull reads, all of them at the same time.",
                    "all, or numbers such as 0,1,2",
                    EventHubPullSettings::partitions)
            .withDefault(ALL);

    /** How many events a partition has on their way. */
    public static final Setting<Integer> PREFETCH = Setting.optional(
                    "PERSISTOR_EVENT_HUB_PREFETCH",
                    "How many events of each partition are on their way at a time.",
                    "a whole number from 1 to " + MAX_PREFETCH,
                    text -> Values.numberUpTo(MAX_PREFETCH, text))
            .withDefault("300");

    /** How long a process that is gone keeps its partitions. */
    public static final Setting<Duration> TAKEOVER = Setting.optional(
                    "PERSISTOR_EVENT_HUB_TAKEOVER",
                    "How long the partitions of a process that is gone, or that lost its connections, wait before they are taken"
                            + " over; a third of it is how often processes look.",
                    "a duration such as 30s, more than nothing",
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
            throw new IllegalArgumentException("it is no list of partitions");
        }
        return Set.copyOf(new TreeSet<>(List.of(given.split("\\s*,\\s*"))));
    }
}
