package dev.persistor.standalone.run.config;

import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Problem;
import dev.persistor.core.config.Setting;
import dev.persistor.core.config.Settings;
import dev.persistor.core.config.SettingsException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@code persistor run} is to do.
 *
 * <p>Immutable.
 *
 * @param http how HTTP is served
 * @param shutdown how long what is held may take to become durable in the end
 * @param log what the log looks like
 * @param telemetry what is sent to an OpenTelemetry collector
 * @param captures all captures, at least one
 */
public record RunConfig(
        HttpConfig http,
        Duration shutdown,
        ProcessSettings.Log log,
        TelemetryConfig telemetry,
        List<CaptureConfig> captures) {

    private static final List<Setting<?>> PROCESS = Stream.concat(
                    ProcessSettings.all().stream(), TelemetrySettings.all().stream())
            .toList();

    /** Keeps its own copy of the list. */
    public RunConfig {
        captures = List.copyOf(captures);
    }

    /** Tells whether the environment says anything of what is to be captured. */
    public static boolean isIn(Map<String, String> environment) {
        Set<String> ofProcess =
                ProcessSettings.all().stream().map(Setting::name).collect(Collectors.toSet());
        return environment.keySet().stream()
                .anyMatch(name -> name.startsWith(Settings.PREFIX) && !ofProcess.contains(name));
    }

    /**
     * Reads a file. Settings of the environment hold where it is silent about the process; those of captures are the file's
     * alone, except those without {@code PERSISTOR_}.
     *
     * @throws IOException if the file does not exist, or it is no text
     * @throws SettingsException if the file has problems; it names all that can be found without opening a store, each with its line
     */
    public static RunConfig read(Path file, Map<String, String> environment) throws IOException {
        return of(ConfigFile.read(file, environment), environment);
    }

    /**
     * Reads a file, or the environment where there is none.
     *
     * @throws IOException if the file does not exist, or it is no text
     * @throws SettingsException if what is read has problems; it names all that can be found without opening a store
     */
    public static RunConfig read(Optional<Path> file, Map<String, String> environment) throws IOException {
        return file.isPresent() ? read(file.get(), environment) : read(environment);
    }

    /**
     * Reads the environment.
     *
     * @throws SettingsException if it has problems; it names all that can be found without opening a store
     */
    public static RunConfig read(Map<String, String> environment) {
        return of(ConfigVariables.read(environment), environment);
    }

    private static RunConfig of(Written written, Map<String, String> environment) {
        List<Problem> problems = new ArrayList<>(written.problems());
        Optional<Settings> process = process(written.process(), environment, problems);
        Map<String, Kind> kinds = Kind.installed();
        List<Setting<?>> known = kinds.values().stream()
                .flatMap(kind -> kind.settings().stream())
                .toList();
        checkDefaults(written.defaults(), known, problems);
        List<CaptureConfig> captures = new ArrayList<>();
        written.captures().forEach((name, section) -> {
            Map<String, String> values = new HashMap<>(written.defaults().values(known));
            values.putAll(section.values(known));
            kind(section, values, kinds, problems)
                    .ifPresent(kind -> captures.add(capture(name, kind, section, written.defaults(), environment)));
        });
        captures.forEach(capture -> problems.addAll(capture.problems()));
        if (problems.isEmpty() && captures.isEmpty()) {
            problems.add(Problem.of("no captures are configured; add at least one under captures"));
        }
        checkPaths(captures, problems);
        problems.addAll(CaptureConflicts.among(captures));
        if (!problems.isEmpty() || process.isEmpty()) {
            problems.sort(Comparator.comparingInt(problem -> problem.line().orElse(0)));
            throw new SettingsException(problems);
        }
        return new RunConfig(
                HttpConfig.of(process.get()),
                process.get().get(ProcessSettings.SHUTDOWN),
                process.get().get(ProcessSettings.LOG),
                TelemetryConfig.of(process.get()),
                captures);
    }

    private static Optional<Settings> process(
            Section section, Map<String, String> environment, List<Problem> problems) {
        Map<String, String> values = new HashMap<>();
        PROCESS.forEach(setting -> {
            String text = environment.get(setting.name());
            if (text != null) {
                values.put(setting.name(), text);
            }
        });
        Map<String, String> written = section.values(PROCESS);
        TelemetrySettings.removeUnlessOn(values, written);
        values.putAll(written);
        try {
            return Optional.of(Settings.read(values, PROCESS, RunConfig::check));
        } catch (SettingsException e) {
            problems.addAll(section.written(e.problems(), PROCESS));
            return Optional.empty();
        }
    }

    private static void check(Settings process, List<Problem> problems) {
        HttpConfig.check(process, problems);
        TelemetryConfig.check(process, problems);
    }

    /** A default may be of one kind of capture, while others do without it; but there must be such a setting. */
    private static void checkDefaults(Section defaults, List<Setting<?>> known, List<Problem> problems) {
        Set<String> names = known.stream().map(Setting::name).collect(Collectors.toSet());
        List<Problem> unknown = Settings.unknown(defaults.values(known).keySet(), names);
        problems.addAll(defaults.written(unknown, known));
    }

    private static Optional<Kind> kind(
            Section section, Map<String, String> values, Map<String, Kind> kinds, List<Problem> problems) {
        String name = values.getOrDefault(CaptureSettings.FROM.name(), "").strip();
        Kind kind = kinds.get(name);
        if (kind == null) {
            String what = name.isEmpty() ? " is missing" : " is \"" + name + "\"";
            problems.add(section.written(
                    Problem.of(CaptureSettings.FROM, what + "; it must be one of " + String.join(", ", kinds.keySet())),
                    List.of(CaptureSettings.FROM)));
        }
        return Optional.ofNullable(kind);
    }

    private static CaptureConfig capture(
            String name, Kind kind, Section section, Section defaults, Map<String, String> environment) {
        Set<String> names = kind.settings().stream().map(Setting::name).collect(Collectors.toSet());
        Map<String, String> values = new HashMap<>(environment);
        values.keySet().removeIf(variable -> variable.startsWith(Settings.PREFIX));
        Map<String, String> common = defaults.values(kind.settings());
        common.keySet().retainAll(names);
        values.putAll(common);
        values.putAll(section.values(kind.settings()));
        if (kind.provider().isEmpty()) {
            values.putIfAbsent(PersistorSettings.SOURCE.name(), name);
        }
        return new CaptureConfig(name, kind, section.over(defaults), values);
    }

    /** Captures from HTTP are distinguished only by their path. */
    private static void checkPaths(List<CaptureConfig> captures, List<Problem> problems) {
        Set<String> sources = new HashSet<>();
        for (CaptureConfig capture : captures) {
            String source = capture.environment().getOrDefault(PersistorSettings.SOURCE.name(), "");
            if (capture.kind().provider().isEmpty() && !sources.add(source)) {
                problems.add(Problem.of("two captures from http use the source " + source
                        + ", and therefore the same path; give each its own source"));
            }
        }
    }
}
