package dev.persistor.standalone.run.config;

import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Setting;
import dev.persistor.core.pull.FeedProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;

/**
 * The kind of source of a capture.
 *
 * @param name what settings call it
 * @param settings its settings, with those that every capture has
 * @param provider opens its feeds; none where messages are sent to this process
 */
public record Kind(String name, List<Setting<?>> settings, Optional<FeedProvider> provider) {

    /** Messages are sent to this process by HTTP. */
    static final String HTTP = "http";

    /** Keeps its own copy of the list. */
    public Kind {
        settings = List.copyOf(settings);
    }

    /** Returns all that can be captured from, by names. */
    static Map<String, Kind> installed() {
        Map<String, Kind> kinds = new TreeMap<>();
        kinds.put(HTTP, new Kind(HTTP, settings(CaptureSettings.ofHttp()), Optional.empty()));
        for (FeedProvider provider : ServiceLoader.load(FeedProvider.class)) {
            List<Setting<?>> settings = new ArrayList<>(CaptureSettings.ofFeeds());
            settings.addAll(provider.settings());
            kinds.put(provider.kind(), new Kind(provider.kind(), settings(settings), Optional.of(provider)));
        }
        return kinds;
    }

    /** Those of a kind replace common ones of the same name. */
    private static List<Setting<?>> settings(List<Setting<?>> own) {
        Map<String, Setting<?>> byName = new TreeMap<>();
        PersistorSettings.all().forEach(setting -> byName.put(setting.name(), setting));
        byName.put(CaptureSettings.FROM.name(), CaptureSettings.FROM);
        own.forEach(setting -> byName.put(setting.name(), setting));
        return new ArrayList<>(byName.values());
    }
}
