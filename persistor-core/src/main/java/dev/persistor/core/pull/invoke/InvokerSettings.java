package dev.persistor.core.pull.invoke;

import dev.persistor.core.config.Setting;
import dev.persistor.core.config.Settings;
import dev.persistor.core.config.Values;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The settings of every invoker. What it calls is in them alone, so that its callers cannot redirect it.
 *
 * <p>Immutable.
 */
public final class InvokerSettings {

    private static final String PREFIX = Settings.PREFIX + "INVOKER_";
    private static final int MAX_CALLS = 1_000;
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]", "localhost");

    /** The address to call. */
    public static final Setting<URI> TARGET = Setting.optional(
                    "PERSISTOR_INVOKER_TARGET",
                    "The address of the pull function to call.",
                    "an https address, or an http address on this machine",
                    InvokerSettings::target)
            .required();

    /** The number of calls. */
    public static final Setting<Integer> CALLS = Setting.optional(
                    "PERSISTOR_INVOKER_CALLS",
                    "How many calls one invocation makes at the same time. Each call is a run of its own; set the"
                            + " concurrency of the function to 1, so that each call gets an instance.",
                    "a whole number from 1 to " + MAX_CALLS,
                    text -> Values.numberUpTo(MAX_CALLS, text))
            .withDefault("4");

    /** The delay between calls. */
    public static final Setting<Duration> DELAY = Setting.optional(
                    "PERSISTOR_INVOKER_DELAY",
                    "The time between the starts of two calls.",
                    "a duration such as 100ms or 2s, more than 0",
                    Values::positiveDuration)
            .withDefault("100ms");

    /** The time limit of a call. */
    public static final Setting<Duration> TIMEOUT = Setting.optional(
                    "PERSISTOR_INVOKER_TIMEOUT",
                    "The time limit of one call, including its retries: longer than a run of the pull function, and"
                            + " shorter than the timeout of the invoker.",
                    "a duration such as 90s or 9m, more than 0",
                    Values::positiveDuration)
            .withDefault("9m");

    /** The maximum number of attempts of a call. */
    public static final Setting<Integer> ATTEMPTS = Setting.optional(
                    "PERSISTOR_INVOKER_ATTEMPTS",
                    "The maximum number of attempts for a call that returns no report.",
                    "a whole number, 1 or more",
                    Values::positiveNumber)
            .withDefault("3");

    private InvokerSettings() {}

    /** Returns all of these settings, in the order of the reference. */
    public static List<Setting<?>> all() {
        return List.of(TARGET, CALLS, DELAY, TIMEOUT, ATTEMPTS);
    }

    /**
     * Reads the settings of an invoker, and no others: it may share its environment with functions that need more.
     *
     * @param environment names and values, such as {@link System#getenv()}
     * @param adapterSettings what a cloud adds, all of whose names begin as these do
     * @throws dev.persistor.core.config.SettingsException if any is missing, malformed or unknown; it names them all
     */
    public static Settings read(Map<String, String> environment, Collection<Setting<?>> adapterSettings) {
        List<Setting<?>> definitions = new ArrayList<>(all());
        definitions.addAll(adapterSettings);
        return Settings.read(selected(environment, InvokerSettings::isOne), definitions);
    }

    /** Returns an environment without these settings, for functions beside an invoker. */
    public static Map<String, String> without(Map<String, String> environment) {
        return selected(environment, name -> !isOne(name));
    }

    private static boolean isOne(String name) {
        return name.startsWith(PREFIX);
    }

    private static Map<String, String> selected(Map<String, String> environment, Predicate<String> names) {
        Map<String, String> selected = new HashMap<>(environment);
        selected.keySet().removeIf(names.negate());
        return selected;
    }

    private static URI target(String text) {
        URI target = URI.create(text.strip());
        if (target.getHost() == null || target.getRawUserInfo() != null) {
            throw new IllegalArgumentException("it must name a host and no user");
        }
        boolean plain = "http".equals(target.getScheme()) && LOOPBACK.contains(target.getHost());
        if (!plain && !"https".equals(target.getScheme())) {
            throw new IllegalArgumentException("credentials and reports would be sent in plain text");
        }
        return target;
    }
}
