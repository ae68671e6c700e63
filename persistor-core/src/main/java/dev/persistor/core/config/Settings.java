package dev.persistor.core.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The values of a set of settings, read and checked together.
 *
 * <p>A variable that begins with {@code PERSISTOR_} and is none of the definitions is a problem too: it is most likely a
 * typo, and a setting without effect loses data in silence.
 *
 * <p>Immutable.
 */
public final class Settings {

    /** The prefix of Persistor's own settings. */
    public static final String PREFIX = "PERSISTOR_";

    private static final char UNDECODABLE = '\uFFFD';

    private final Map<String, Object> values;

    private Settings(Map<String, Object> values) {
        this.values = values;
    }

    /**
     * Reads the settings. Blank values count as left out, because deployment tools set empty variables, except {@linkplain
     * Setting#refusedWhenBlank some}.
     *
     * @param environment names and values, such as {@link System#getenv()}
     * @param definitions all settings that may occur
     * @throws SettingsException if any is missing, malformed or unknown; it names them all
     */
    public static Settings read(Map<String, String> environment, Collection<Setting<?>> definitions) {
        return read(environment, definitions, (settings, problems) -> {});
    }

    /**
     * Reads the settings, and checks them against one another or against the world.
     *
     * @param environment names and values, such as {@link System#getenv()}
     * @param definitions all settings that may occur
     * @param check adds what is wrong; it is also called when settings are missing or
     *     malformed, which then have no value
     * @throws SettingsException if any is missing, malformed or unknown, or the check finds problems; it names them all
     */
    public static Settings read(
            Map<String, String> environment,
            Collection<Setting<?>> definitions,
            BiConsumer<Settings, List<Problem>> check) {
        Map<String, Setting<?>> known = new LinkedHashMap<>();
        definitions.forEach(setting -> known.put(setting.name(), setting));
        Map<String, Object> values = new HashMap<>();
        List<Problem> problems = new ArrayList<>();
        for (Setting<?> setting : known.values()) {
            readOne(environment, setting, values, problems);
        }
        problems.addAll(unknown(environment.keySet(), known.keySet()));
        Settings settings = new Settings(values);
        check.accept(settings, problems);
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        return settings;
    }

    private static void readOne(
            Map<String, String> environment, Setting<?> setting, Map<String, Object> values, List<Problem> problems) {
        String text = environment.get(setting.name());
        if (text != null && text.isBlank() && setting.isRefusedWhenBlank()) {
            problems.add(Problem.of(setting, " is empty; it must be " + setting.allowed() + ", or be removed"));
            return;
        }
        if (text == null || text.isBlank()) {
            text = setting.defaultText().orElse(null);
        }
        if (text == null) {
            if (setting.isRequired()) {
                problems.add(missing(setting));
            }
            return;
        }
        if (text.indexOf(UNDECODABLE) >= 0) {
            problems.add(undecodable(setting));
            return;
        }
        try {
            values.put(setting.name(), setting.parse(text));
        } catch (IllegalArgumentException e) {
            // The reason may quote the value, so a secret's is kept back with it.
            String reason = setting.isSecret()
                    ? " is not valid (its value is secret and not shown)"
                    : " is \"" + text + "\": " + e.getMessage();
            problems.add(Problem.of(setting, reason + "; it must be " + setting.allowed()));
        }
    }

    /**
     * A process in the C locale, as on Azure Functions, gets this sign for each byte of a variable that is not ASCII. The
     * value is lost, and a path or a name made of the rest would be another one.
     */
    private static Problem undecodable(Setting<?> setting) {
        return Problem.of(
                setting,
                " contains U+FFFD, which replaces bytes that could not be decoded as text; write it in"
                        + " ASCII, or start the process with LANG=C.UTF-8");
    }

    /**
     * Finds names that begin with {@value #PREFIX} and are not those of settings.
     *
     * @param names names of variables
     * @param known the names of all settings
     * @return a problem for each, in the order of their names
     */
    public static List<Problem> unknown(Collection<String> names, Collection<String> known) {
        List<Problem> unknown = new ArrayList<>();
        for (String name : new TreeSet<>(names)) {
            if (name.startsWith(PREFIX) && !known.contains(name)) {
                unknown.add(unknown(name, known));
            }
        }
        return List.copyOf(unknown);
    }

    private static Problem unknown(String name, Collection<String> known) {
        Setting<?> written = named(name);
        return NearestText.to(name, known)
                .map(nearest -> Problem.about(
                        written, "unknown setting '", written, "' (did you mean '", named(nearest), "'?)"))
                .orElseGet(() -> Problem.about(written, "unknown setting '", written, "'"));
    }

    private static Setting<?> named(String name) {
        return Setting.optional(name, "", "", Function.identity());
    }

    /**
     * Returns the value of a setting that is required or has a default.
     *
     * @throws IllegalArgumentException if the setting was not among the definitions, or has no value
     */
    public <T> T get(Setting<T> setting) {
        return find(setting).orElseThrow(() -> new IllegalArgumentException(setting.name() + " has no value"));
    }

    /**
     * Demands settings that are optional elsewhere.
     *
     * @throws SettingsException if any has no value; it names them all
     */
    public void require(Setting<?>... needed) {
        List<Problem> problems = Stream.of(needed)
                .filter(setting -> find(setting).isEmpty())
                .map(Settings::missing)
                .toList();
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
    }

    private static Problem missing(Setting<?> setting) {
        return Problem.of(setting, " is missing; it must be " + setting.allowed());
    }

    /** Returns the value of a setting, if it was given or has a default. */
    @SuppressWarnings("unchecked") // Each value was made by the parser of the setting of that name.
    public <T> Optional<T> find(Setting<T> setting) {
        return Optional.ofNullable((T) values.get(setting.name()));
    }
}
