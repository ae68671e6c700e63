package dev.persistor.standalone.run;

import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.core.store.BlobStore;
import dev.persistor.standalone.explore.AccessCheck;
import dev.persistor.standalone.explore.Explorer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * An explorer for the archive of each capture, at {@code /explore/CAPTURE/}.
 *
 * <p>Thread-safe.
 */
final class HttpExplorers implements AutoCloseable {

    static final String PATH = "/explore/";
    private static final Duration SCAN_TIME = Duration.ofSeconds(60);

    private final Map<String, Explorer> explorers = new TreeMap<>();

    /**
     * Makes an explorer for each capture. No store is asked for anything yet.
     *
     * @param token what a request must have
     * @param host the host that the server listens at
     * @param fatal told of an {@link Error} on any of their threads
     */
    HttpExplorers(List<RunningCapture> captures, String token, String host, Consumer<Error> fatal) {
        for (RunningCapture capture : captures) {
            String path = PATH + capture.name() + "/";
            PathTemplate template = capture.capture().settings().get(PersistorSettings.PATH);
            BlobStore store = capture.capture().store().withRetries(RetryBudget.of(SCAN_TIME));
            explorers.put(path, Explorer.of(store, template, AccessCheck.of(token, host, path), SCAN_TIME, fatal));
        }
    }

    /** Returns the explorer that a path belongs to. */
    Optional<Explorer> find(String path) {
        return explorers.entrySet().stream()
                .filter(explorer -> path.startsWith(explorer.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** Stops all scans. */
    @Override
    public void close() {
        explorers.values().forEach(Explorer::close);
    }
}
