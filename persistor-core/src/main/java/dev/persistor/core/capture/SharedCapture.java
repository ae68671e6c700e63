package dev.persistor.core.capture;

import dev.persistor.core.config.Setting;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The capture of a function's instance: opened by the first invocation and shared by all others. A wrong
 * configuration fails each invocation with all its problems, rather than the start.
 *
 * <p>Thread-safe.
 */
public final class SharedCapture implements Supplier<Capture> {

    private final Supplier<Map<String, String>> environment;
    private final List<Setting<?>> adapterSettings;
    private @Nullable Capture capture;

    /**
     * Opens nothing yet, and does not read the environment.
     *
     * @param environment returns names and values, such as {@link System#getenv()}; a platform may set them after the
     *     process has started, so they are read when the capture is first asked for
     * @param adapterSettings the entry point's own settings; see {@link Capture#open}
     */
    public SharedCapture(Supplier<Map<String, String>> environment, Collection<Setting<?>> adapterSettings) {
        this.environment = environment;
        this.adapterSettings = List.copyOf(adapterSettings);
    }

    /**
     * Returns the capture.
     *
     * @throws dev.persistor.core.config.SettingsException if the configuration has problems; it names them all
     * @throws dev.persistor.core.store.BlobStoreException if the store cannot be opened
     */
    @Override
    public synchronized Capture get() {
        if (capture == null) {
            capture = Capture.open(environment.get(), adapterSettings);
        }
        return capture;
    }
}
