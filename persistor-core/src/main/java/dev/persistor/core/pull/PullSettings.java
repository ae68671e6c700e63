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

    /** How many messages a run takes. */
    public static final Setting<Integer> MESSAGES = Setting.optional(
                    "PERSISTOR_PULL_MESSAGES",
                    "How many messages one invocation pulls at most; a request may ask for fewer.",
                    "a whole number, 1 or more",
                    Values::positiveNumber)
            .withDefault("10000");

    /** How long a run pulls. */
    public static final Setting<Duration> DURATION = Setting.optional(
                    "PERSISTOR_PULL_DURATION",
                    "How long one invocation goes on pulling; a request may ask for less. What it holds then has"
                            + " PERSISTOR_RETRY_DEADLINE, PERSISTOR_BATCH_LINGER and 10 s more to become durable: keep all"
                            + " of them together under the time-out of the function.",
                    "a duration such as 30s or 9m, more than nothing",
                    Values::positiveDuration)
            .withDefault("30s");

    /** How long a run waits for messages. */
    public static final Setting<Duration> IDLE = Setting.optional(
                    "PERSISTOR_PULL_IDLE",
                    "How long nothing may come before an invocation ends early.",
                    "a duration such as 500ms or 5s, more than nothing",
                    Values::positiveDuration)
            .withDefault("5s");

    /** How many messages a run holds. */
    public static final Setting<Integer> OUTSTANDING_MESSAGES = Setting.optional(
                    "PERSISTOR_PULL_OUTSTANDING_MESSAGES",
                    "How many messages one invocation, or one capture that goes on, holds at a time that are not durable yet;"
                            + " it pulls no more until some are.",
                    "a whole number, 1 or more",
                    Values::positiveNumber)
            .withDefault("1000");

    /** How many bytes a run holds. */
    public static final Setting<Long> OUTSTANDING_BYTES = Setting.optional(
                    "PERSISTOR_PULL_OUTSTANDING_BYTES",
                    "How many bytes of messages one invocation, or one capture that goes on, holds at a time before it pulls no"
                            + " more; what one answer of"
                            + " the broker brings may come on top.",
                    "a size such as 8MiB or 64MiB",
                    Values::positiveSize)
            .withDefault("32MiB");

    private PullSettings() {}

    /** Returns all of these settings, in the order of the reference. */
    public static List<Setting<?>> all() {
        return List.of(MESSAGES, DURATION, IDLE, OUTSTANDING_MESSAGES, OUTSTANDING_BYTES);
    }
}
