package dev.persistor.gcp;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Functions that tests share, one for each class and its settings: to start one takes longer than what a test does with it. Not thread-safe.
 */
final class SharedFunctions implements AutoCloseable {

    private record Key(Class<?> function, List<String> settings) {}

    private final Map<String, String> environment;
    private final Map<Key, FunctionsFramework> started = new HashMap<>();

    /** Takes the settings that all of them have. */
    SharedFunctions(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /** Returns the function that has these settings, given as names and values in turn, and starts it if there is none yet. */
    FunctionsFramework get(Class<?> function, String... settings) throws IOException {
        Key key = new Key(function, List.of(settings));
        FunctionsFramework known = started.get(key);
        return known == null ? start(key) : known;
    }

    private FunctionsFramework start(Key key) throws IOException {
        Map<String, String> all = new HashMap<>(environment);
        for (int i = 0; i < key.settings.size(); i += 2) {
            all.put(key.settings.get(i), key.settings.get(i + 1));
        }
        FunctionsFramework function = FunctionsFramework.start(key.function, all);
        started.put(key, function);
        return function;
    }

    @Override
    public void close() {
        started.values().forEach(FunctionsFramework::close);
    }
}
