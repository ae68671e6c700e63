package dev.persistor.core.pull;

import dev.persistor.core.capture.Capture;
import dev.persistor.core.config.Setting;
import dev.persistor.core.config.Settings;
import dev.persistor.core.config.SettingsException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Opens feeds from one kind of broker, for a process that captures without an end. Found through
 * {@link java.util.ServiceLoader}.
 *
 * <p>Implementations are thread-safe, and cheap to make: they connect to nothing before {@link #open}.
 */
public interface FeedProvider {

    /** Returns what settings call the kind, such as {@code pubsub}. */
    String kind();

    /** Returns the settings of such a feed beside those that every capture has. */
    List<Setting<?>> settings();

    /**
     * Checks what the settings say together, without a connection.
     *
     * @param settings read with {@link #settings()} among their definitions; all of them are well-formed
     * @param environment what else may be looked up, such as connection strings
     * @throws SettingsException if they are wrong; it names all problems
     */
    void check(Settings settings, Map<String, String> environment);

    /**
     * Returns what a feed takes, so that captures can be compared before any of them runs. Nothing is known by default.
     *
     * @param settings {@linkplain #check checked}
     * @param environment what else may be looked up, such as connection strings
     */
    default Intake intake(Settings settings, Map<String, String> environment) {
        return Intake.NONE;
    }

    /**
     * Opens a feed.
     *
     * @param capture where its messages go, with settings that were {@linkplain #check checked}
     * @param limits what bounds its run
     * @param environment what else may be looked up, such as connection strings
     * @throws PullException if the broker cannot be reached, or does not have what is to be captured
     */
    Feed open(Capture capture, PullLimits limits, Map<String, String> environment);

    /**
     * Opens what reads the log where it is told to, where the broker has offsets.
     *
     * @param capture whose settings say what is read; they were {@linkplain #check checked}
     * @param environment what else may be looked up, such as connection strings
     * @throws PullException if the broker cannot be reached, or does not have what is to be read
     */
    default Optional<LogReader> openLog(Capture capture, Map<String, String> environment) {
        return Optional.empty();
    }

    /**
     * Has the broker deliver once more, where it can be told to without offsets, and opens a feed of that.
     *
     * @param capture where messages go; its settings were {@linkplain #check checked}
     * @param environment what else may be looked up, such as connection strings
     * @throws PullException if the broker cannot be reached, or refuses
     */
    default Optional<Feed> openAgain(
            Capture capture, PullLimits limits, Map<String, String> environment, Redelivery again) {
        return Optional.empty();
    }
}
