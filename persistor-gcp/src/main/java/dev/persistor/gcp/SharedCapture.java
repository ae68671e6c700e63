package dev.persistor.gcp;

import dev.persistor.core.Capture;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The capture of a function's instance: opened by the first invocation and shared by all others. A configuration that
 * does not do fails each invocation with all its problems, rather than the start, whose log nobody reads.
 *
 * <p>Thread-safe.
 */
final class SharedCapture implements Supplier<Capture> {

    private final Map<String, String> environment;
    private @Nullable Capture capture;

    SharedCapture(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    @Override
    public synchronized Capture get() {
        if (capture == null) {
            capture = Capture.open(environment, List.of());
        }
        return capture;
    }
}
