package dev.persistor.standalone.run.config;

import dev.persistor.core.config.Setting;
import dev.persistor.core.config.Settings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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

    /** Says problems, which name settings, by what was written, and where. */
    List<String> spell(List<String> problems, Collection<Setting<?>> known) {
        Map<String, Place> places = new LinkedHashMap<>();
        known.forEach(setting -> places.put(setting.name(), new Place(spelled(setting.name()), line)));
        entries.forEach((key, entry) -> places.put(
                nameOf(key, known), new Place(prefix.map(before -> before + key).orElse(key), entry.line())));
        String names = places.keySet().stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .map(Pattern::quote)
                .collect(Collectors.joining("|"));
        Pattern pattern = Pattern.compile("(?<![A-Za-z0-9_])(?:" + names + ")(?![A-Za-z0-9_])");
        return problems.stream().map(problem -> spell(problem, pattern, places)).toList();
    }

    /** How one setting is written here, and in which line. */
    private record Place(String key, int line) {}

    private String spell(String problem, Pattern names, Map<String, Place> places) {
        List<Integer> lines = new ArrayList<>();
        String spelled = names.matcher(problem).replaceAll(found -> {
            Place place = places.get(found.group());
            if (place == null) {
                throw new IllegalStateException("a name that is not among them: " + found.group());
            }
            lines.add(place.line());
            return Matcher.quoteReplacement(place.key());
        });
        return problem(lines.isEmpty() ? line : lines.get(0), spelled);
    }

    /** Says a problem of what is in a line. */
    String problem(int where, String text) {
        return (where > 0 ? "line " + where + ": " : "") + (title.isEmpty() ? "" : title + ": ") + text;
    }

    private String spelled(String setting) {
        String name = setting.startsWith(Settings.PREFIX) ? setting.substring(Settings.PREFIX.length()) : setting;
        return prefix.map(before -> before + name)
                .orElseGet(() -> name.toLowerCase(Locale.ROOT).replace('_', '-'));
    }
}
