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
 * The settings of every invoker. What it calls is in them alone, so that nobody who may call it can aim it elsewhere.
 *
 * <p>Immutable.
 */
public final class InvokerSettings {

    private static final String PREFIX = Settings.PREFIX + "INVOKER_";
    private static final int MAX_CALLS = 1_000;
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]", "localhost");

    /** What is called. */
    public static final Setting<URI> TARGET = Setting.optional(
                    "PERSISTOR_INVOKER_TARGET",
                    "The address of the pull function that the invoker calls.",
                    "an https address; http on this machine only",
                    InvokerSettings::target)
            .required();

    /** How many calls go out. */
    public static final Setting<Integer> CALLS = Setting.optional(
                    "PERSISTOR_INVOKER_CALLS",
                    "How many calls one invocation makes, all under way at the same time; each is a run of its own. Give the"
                            + " function a concurrency of 1, so that each gets an instance.",
                    "a whole number from 1 to " + MAX_CALLS,
                    text -> Values.numberUpTo(MAX_CALLS, text))
            .withDefault("4");

    /** How far calls are apart. */
    public static final Setting<Duration> DELAY = Setting.optional(
                    "PERSISTOR_INVOKER_DELAY",
                    "How long after one call the next begins.",
                    "a duration such as 100ms or 2s, more than nothing",
                    Values::positiveDuration)
            .withDefault("100ms");

    /** How long a call may take. */
    public static final Setting<Duration> TIMEOUT = Setting.optional(
                    "PERSISTOR_INVOKER_TIMEOUT",
                    "How long one call may take with all its attempts: longer than a run of the pull function, and shorter"
                            + " than the time-out of the invoker itself.",
                    "a duration such as 90s or 9m, more than nothing",
                    Values::positiveDuration)
            .withDefault("9m");

    /** How often a call is tried. */
    public static final Setting<Integer> ATTEMPTS = Setting.optional(
                    "PERSISTOR_INVOKER_ATTEMPTS",
                    "How often a call that brings no report is tried in all.",
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
            throw new IllegalArgumentException("it names no host, or a user");
        }
        boolean plain = "http".equals(target.getScheme()) && LOOPBACK.contains(target.getHost());
        if (!plain && !"https".equals(target.getScheme())) {
            throw new IllegalArgumentException("it would send credentials and reports in plain text");
        }
        return target;
    }
}
