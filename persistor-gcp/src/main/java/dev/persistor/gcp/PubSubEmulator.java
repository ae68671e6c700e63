package dev.persistor.gcp;

import dev.persistor.core.pull.PullException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The emulator at {@code PUBSUB_EMULATOR_HOST}, used instead of the service. */
final class PubSubEmulator {

    private static final String VARIABLE = "PUBSUB_EMULATOR_HOST";
    private static final Pattern HOST_AND_PORT = Pattern.compile("[^/\\s]+:[0-9]{1,5}");

    private PubSubEmulator() {}

    /**
     * Returns the host and port, if there is one.
     *
     * @throws IllegalArgumentException if it is no host and port
     */
    static Optional<String> in(Map<String, String> environment) {
        String emulator = environment.getOrDefault(VARIABLE, "").strip();
        if (emulator.isEmpty()) {
            return Optional.empty();
        }
        if (!HOST_AND_PORT.matcher(emulator).matches()) {
            throw new IllegalArgumentException(VARIABLE + " is " + emulator + "; write host:port");
        }
        return Optional.of(emulator);
    }

    /**
     * Returns the same for a pull.
     *
     * @throws PullException if it is no host and port
     */
    static Optional<String> forPull(Map<String, String> environment) {
        try {
            return in(environment);
        } catch (IllegalArgumentException e) {
            throw new PullException(String.valueOf(e.getMessage()), false, e);
        }
    }
}
