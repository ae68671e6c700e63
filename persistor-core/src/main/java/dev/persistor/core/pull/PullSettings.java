package dev.persistor.core.pull;

import dev.persistor.core.config.Setting;
import dev.persistor.core.config.Values;
import java.time.Duration;
import java.util.List;

/**
 * The settings of every pull function beside the common ones, as environment variables. What is pulled from is for the
 * cloud's own settings to say.
 *
 * <p>Immutable.
 */
public final class PullSettings {

    /** The maximum number of messages of a run. */
    public static final Setting<Integer> MESSAGES = Setting.optional(
                    "PERSISTOR_PULL_MESSAGES",
                    "The maximum number of messages that one invocation pulls. A request may lower it.",
                    "a whole number, 1 or more",
                    Values::positiveNumber)
            .withDefault("10000");

    /** The duration of a run. */
    public static final Setting<Duration> DURATION = Setting.optional(
                    "PERSISTOR_PULL_DURATION",
                    "How long one invocation pulls. A request may lower it. Messages then held have"
                            + " PERSISTOR_RETRY_DEADLINE, PERSISTOR_BATCH_LINGER and 10 s more to become durable; keep"
                            + " the total below the function's timeout.",
                    "a duration such as 30s or 9m, more than 0",
                    Values::positiveDuration)
            .withDefault("30s");

    /** The idle time after which a run ends. */
    public static final Setting<Duration> IDLE = Setting.optional(
                    "PERSISTOR_PULL_IDLE",
                    "How long the broker must deliver nothing before an invocation ends early.",
                    "a duration such as 500ms or 5s, more than 0",
                    Values::positiveDuration)
            .withDefault("5s");

    /** The maximum number of messages that a run holds. */
    public static final Setting<Integer> OUTSTANDING_MESSAGES = Setting.optional(
                    "PERSISTOR_PULL_OUTSTANDING_MESSAGES",
                    "The maximum number of messages that one invocation or capture holds before they are durable. At"
                            + " the limit, it stops pulling.",
                    "a whole number, 1 or more",
                    Values::positiveNumber)
            .withDefault("1000");

    /** The maximum number of bytes that a run holds. */
    public static final Setting<Long> OUTSTANDING_BYTES = Setting.optional(
                    "PERSISTOR_PULL_OUTSTANDING_BYTES",
                    "The maximum size of messages that one invocation or capture holds before they are durable. At the"
                            + " limit, it stops pulling; one answer of the broker may exceed it.",
                    "a size such as 8MiB or 64MiB",
                    Values::positiveSize)
            .withDefault("32MiB");

    private PullSettings() {}

    /** Returns all of these settings, in the order of the reference. */
    public static List<Setting<?>> all() {
        return List.of(MESSAGES, DURATION, IDLE, OUTSTANDING_MESSAGES, OUTSTANDING_BYTES);
    }
}
