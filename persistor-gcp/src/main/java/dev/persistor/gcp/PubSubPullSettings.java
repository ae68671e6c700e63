package dev.persistor.gcp;

import dev.persistor.core.config.Setting;
import dev.persistor.core.config.Values;
import dev.persistor.core.pull.PullSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The settings of the functions that pull from Pub/Sub, beside the common ones of every pull function.
 *
 * <p>Immutable.
 */
public final class PubSubPullSettings {

    private static final Pattern FULL_NAME = Pattern.compile("projects/[^/\\s]+/subscriptions/[^/\\s]+");
    private static final int MAX_STREAMS = 64;
    // https://cloud.google.com/pubsub/docs/reference/rpc/google.pubsub.v1#modifyackdeadlinerequest
    private static final Duration SHORTEST_DEADLINE = Duration.ofSeconds(10);
    private static final Duration LONGEST_DEADLINE = Duration.ofMinutes(10);

    /** The subscription to pull from. */
    public static final Setting<String> SUBSCRIPTION = Setting.optional(
                    "PERSISTOR_SUBSCRIPTION",
                    "The pull subscription to read. Nothing else may use it.",
                    "a full name such as projects/PROJECT/subscriptions/NAME",
                    PubSubPullSettings::subscription)
            .required();

    /** The extension of acknowledgement deadlines. */
    public static final Setting<Duration> EXTENSION = Setting.optional(
                    "PERSISTOR_PULL_EXTENSION",
                    "By how much each extension moves the acknowledgement deadline of held messages, at most. After a"
                            + " crash, held messages are delivered again after this time.",
                    "a duration from 10s to 600s",
                    PubSubPullSettings::deadline)
            .withDefault("60s");

    /** The number of open streams. */
    public static final Setting<Integer> STREAMS = Setting.optional(
                    "PERSISTOR_PULL_STREAMS",
                    "The number of open streams (PubSubStreamingPullFunction and persistor run). One stream delivers up"
                            + " to 10 MB/s.",
                    "a whole number from 1 to " + MAX_STREAMS,
                    text -> Values.numberUpTo(MAX_STREAMS, text))
            .withDefault("1");

    private PubSubPullSettings() {}

    /** Returns all of these settings, in the order of the reference. */
    public static List<Setting<?>> all() {
        return List.of(SUBSCRIPTION, EXTENSION, STREAMS);
    }

    /** Returns what a pull function reads beside the settings of every function. */
    static List<Setting<?>> withCommon() {
        List<Setting<?>> settings = new ArrayList<>(PullSettings.all());
        settings.addAll(all());
        return settings;
    }

    private static String subscription(String text) {
        String name = text.strip();
        if (!FULL_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("it is not a full name");
        }
        return name;
    }

    private static Duration deadline(String text) {
        Duration deadline = Values.positiveDuration(text);
        if (deadline.compareTo(SHORTEST_DEADLINE) < 0 || deadline.compareTo(LONGEST_DEADLINE) > 0) {
            throw new IllegalArgumentException("Pub/Sub allows no other deadlines");
        }
        return deadline;
    }
}
