package dev.persistor.standalone.run.config;

import dev.persistor.core.config.Problem;
import dev.persistor.core.config.Setting;
import dev.persistor.core.config.Settings;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What was written of one capture, of all, or of the process: keys and values, and where they are. A key is a setting's name, or the
 * name without {@code PERSISTOR_}, in lower case and with dashes.
 *
 * @param title what problems call it, such as {@code captures.orders}; empty for the process
 * @param line where it is, if that is a file; 0 elsewhere
 * @param prefix what stands before a setting's name where keys are variables: empty in a file
 * @param entries what was written, by keys
 */
record Section(String title, int line, Optional<String> prefix, Map<String, Entry> entries) {

    /**
     * A value.
     *
     * @param text what it is
     * @param key its whole key as it was written, such as the name of a variable
     * @param line in which line of a file it is; 0 elsewhere
     */
    record Entry(String text, String key, int line) {}

    Section {
        entries = new LinkedHashMap<>(entries);
    }

    /** Returns this with what was written of all, where this is silent. */
    Section over(Section defaults) {
        Map<String, Entry> all = new LinkedHashMap<>(defaults.entries);
        all.putAll(entries);
        return new Section(title, line, prefix, all);
    }

    /** Returns what was written, by the names of settings, of which these are known. */
    Map<String, String> values(Collection<Setting<?>> known) {
        Map<String, String> values = new LinkedHashMap<>();
        entries.forEach((key, entry) -> values.put(nameOf(key, known), entry.text()));
        return values;
    }

    private static String nameOf(String key, Collection<Setting<?>> known) {
        String plain = key.replace('-', '_');
        for (Setting<?> setting : known) {
            if (setting.name().equalsIgnoreCase(plain) || setting.name().equalsIgnoreCase(Settings.PREFIX + plain)) {
                return setting.name();
            }
        }
        String upper = plain.toUpperCase(Locale.ROOT);
        return upper.startsWith(Settings.PREFIX) ? upper : Settings.PREFIX + upper;
    }

    /** Returns a problem that names settings with the keys that are used here, and with its place. */
    Problem written(Problem problem, Collection<Setting<?>> known) {
        Map<String, Place> places = places(known);
        Problem written = problem.written(name -> {
            Place place = places.get(name);
            return place == null ? spelled(name) : place.key();
        });
        int where = problem.setting()
                .flatMap(name -> Optional.ofNullable(places.get(name)))
                .map(Place::line)
                .orElse(line);
        Problem titled = title.isEmpty() ? written : written.in(title);
        return where > 0 ? titled.at(where) : titled;
    }

    /** Returns the same for several problems. */
    List<Problem> written(List<Problem> problems, Collection<Setting<?>> known) {
        return problems.stream().map(problem -> written(problem, known)).toList();
    }

    private Map<String, Place> places(Collection<Setting<?>> known) {
        Map<String, Place> places = new HashMap<>();
        entries.forEach((key, entry) -> places.put(
                nameOf(key, known), new Place(prefix.map(before -> before + key).orElse(key), entry.line())));
        return places;
    }

    /** The name and line of one setting. */
    private record Place(String key, int line) {}

    private String spelled(String setting) {
        String name = setting.startsWith(Settings.PREFIX) ? setting.substring(Settings.PREFIX.length()) : setting;
        return prefix.map(before -> before + name)
                .orElseGet(() -> name.toLowerCase(Locale.ROOT).replace('_', '-'));
    }
}
