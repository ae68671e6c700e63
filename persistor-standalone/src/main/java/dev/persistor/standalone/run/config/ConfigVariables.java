package dev.persistor.standalone.run.config;

import dev.persistor.core.config.Problem;
import dev.persistor.core.config.Setting;
import dev.persistor.core.config.Settings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Finds what environment variables say. Without {@value #CAPTURES} they are the settings of one capture; with it, they hold for
 * each of those that it names, and {@code PERSISTOR_CAPTURES_NAME_SETTING} for one.
 */
final class ConfigVariables {

    /** The names of the captures, separated by commas. */
    static final String CAPTURES = "PERSISTOR_CAPTURES";

    /** Of the one capture that needs no name. */
    static final String ONLY = "capture";

    private ConfigVariables() {}

    static Written read(Map<String, String> environment) {
        Map<String, Section.Entry> process = new LinkedHashMap<>();
        Map<String, Section.Entry> rest = new LinkedHashMap<>();
        Set<String> ofProcess =
                ProcessSettings.all().stream().map(Setting::name).collect(Collectors.toSet());
        new TreeMap<>(environment).forEach((name, text) -> {
            boolean isWritten = !text.isBlank() || isRefusedWhenBlank(name);
            if (name.startsWith(Settings.PREFIX) && isWritten && !name.equals(CAPTURES)) {
                (ofProcess.contains(name) ? process : rest).put(name, new Section.Entry(text, name, 0));
            }
        });
        Section ofAll = new Section("", 0, Optional.of(""), process);
        String names = environment.getOrDefault(CAPTURES, "").strip();
        return names.isEmpty() ? ofOne(ofAll, rest) : ofMany(ofAll, names, rest);
    }

    private static boolean isRefusedWhenBlank(String name) {
        return CaptureSettings.all().stream()
                .filter(Setting::isRefusedWhenBlank)
                .anyMatch(setting -> name.endsWith(setting.name().substring(Settings.PREFIX.length())));
    }

    private static Written ofOne(Section process, Map<String, Section.Entry> rest) {
        return new Written(
                process,
                new Section("", 0, Optional.of(""), Map.of()),
                Map.of(ONLY, new Section("", 0, Optional.of(Settings.PREFIX), withoutPrefix(Settings.PREFIX, rest))),
                List.of());
    }

    private static Written ofMany(Section process, String names, Map<String, Section.Entry> rest) {
        List<Problem> problems = new ArrayList<>();
        Map<String, Section> captures = new LinkedHashMap<>();
        Map<String, Section.Entry> defaults = new LinkedHashMap<>(rest);
        for (String name :
                Arrays.stream(names.split(",", -1)).map(String::strip).toList()) {
            String prefix = CAPTURES + "_" + name.toUpperCase(Locale.ROOT).replace('-', '_') + "_";
            Map<String, Section.Entry> own = withoutPrefix(prefix, rest);
            own.keySet().forEach(key -> defaults.remove(prefix + key));
            if (captures.put(name, new Section("", 0, Optional.of(prefix), own)) != null) {
                problems.add(Problem.of(CAPTURES + " contains \"" + name + "\" twice"));
            }
        }
        return new Written(
                process,
                new Section("", 0, Optional.of(Settings.PREFIX), withoutPrefix(Settings.PREFIX, defaults)),
                captures,
                problems);
    }

    private static Map<String, Section.Entry> withoutPrefix(String prefix, Map<String, Section.Entry> entries) {
        Map<String, Section.Entry> own = new LinkedHashMap<>();
        entries.forEach((name, entry) -> {
            if (name.startsWith(prefix)) {
                own.put(name.substring(prefix.length()), entry);
            }
        });
        return own;
    }
}
