package dev.persistor.azure;

import dev.persistor.core.config.Setting;
import dev.persistor.core.config.Values;
import java.time.Duration;
import java.util.List;

/**
 * The settings of {@link ServiceBusPullFunction} beside those of every pull function.
 *
 * <p>Immutable.
 */
public final class ServiceBusPullSettings {

    private static final int MAX_SESSIONS = 64;

    /** Whether the queue or subscription has sessions. */
    public static final Setting<Boolean> SESSIONS = Setting.optional(
                    "PERSISTOR_SERVICE_BUS_SESSIONS",
                    "Whether the queue or subscription has sessions.",
                    "true or false",
                    Values::bool)
            .withDefault("false");

    /** The number of open sessions. */
    public static final Setting<Integer> CONCURRENT_SESSIONS = Setting.optional(
                    "PERSISTOR_SERVICE_BUS_CONCURRENT_SESSIONS",
                    "The number of sessions open at the same time. A session without new messages makes room for the"
                            + " next one.",
                    "a whole number from 1 to " + MAX_SESSIONS,
                    text -> Values.numberUpTo(MAX_SESSIONS, text))
            .withDefault("8");

    /** The interval of lock renewals. */
    public static final Setting<Duration> RENEWAL = Setting.optional(
                    "PERSISTOR_SERVICE_BUS_RENEWAL",
                    "How often to renew the locks of held messages. Keep it well below the lock duration of the queue"
                            + " or subscription.",
                    "a duration such as 10s or 1m, more than 0",
                    Values::positiveDuration)
            .withDefault("10s");

    private ServiceBusPullSettings() {}

    /** Returns all of these settings, in the order of the reference. */
    public static List<Setting<?>> all() {
        return List.of(SESSIONS, CONCURRENT_SESSIONS, RENEWAL);
    }
}
