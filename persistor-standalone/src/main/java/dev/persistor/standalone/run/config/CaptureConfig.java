package dev.persistor.standalone.run.config;

import dev.persistor.core.capture.Capture;
import dev.persistor.core.config.Problem;
import dev.persistor.core.config.Settings;
import dev.persistor.core.config.SettingsException;
import dev.persistor.core.pull.Intake;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.write.PersistorListener;
import java.util.List;
import java.util.Map;

/**
 * The configuration of one capture.
 *
 * <p>Immutable.
 */
public final class CaptureConfig {

    private final String name;
    private final Kind kind;
    private final Section section;
    private final Map<String, String> environment;
    private final Intake intake;

    CaptureConfig(String name, Kind kind, Section section, Map<String, String> environment) {
        this.name = name;
        this.kind = kind;
        this.section = section;
        this.environment = Map.copyOf(environment);
        this.intake = readIntake();
    }

    /** Returns what it is called. */
    public String name() {
        return name;
    }

    /** Returns what it captures from. */
    public Kind kind() {
        return kind;
    }

    /** Returns its settings as variables, among all others that are set. */
    public Map<String, String> environment() {
        return environment;
    }

    /** Returns what it is called, and in which line of a file it is, for problems of others. */
    String place() {
        return "the capture " + name + (section.line() > 0 ? " (line " + section.line() + ")" : "");
    }

    /** Returns a problem with the keys and the lines of the file. */
    Problem written(Problem problem) {
        return section.written(problem, kind.settings());
    }

    /** Returns what it takes from its broker; nothing where its settings have problems, or messages are sent to this process. */
    Intake intake() {
        return intake;
    }

    private Intake readIntake() {
        try {
            Settings settings = Settings.read(environment, kind.settings());
            return kind.provider()
                    .map(provider -> {
                        provider.check(settings, environment);
                        return provider.intake(settings, environment);
                    })
                    .orElse(Intake.NONE);
        } catch (SettingsException e) {
            return Intake.NONE;
        }
    }

    /** Returns the problems of the settings that show without a store, with the keys and the lines of the file. */
    List<Problem> problems() {
        try {
            Settings settings = Settings.read(environment, kind.settings());
            kind.provider().ifPresent(provider -> provider.check(settings, environment));
            return List.of();
        } catch (SettingsException e) {
            return section.written(e.problems(), kind.settings());
        }
    }

    /**
     * Opens the store.
     *
     * @throws SettingsException if the settings are wrong; it names all problems, with the keys and the lines of the file
     * @throws BlobStoreException if the store cannot be opened
     */
    public Capture open(List<PersistorListener> listeners) {
        try {
            return Capture.open(environment, kind.settings(), listeners);
        } catch (SettingsException e) {
            throw new SettingsException(section.written(e.problems(), kind.settings()));
        }
    }
}
