package dev.persistor.core.format.foreign;

import dev.persistor.core.format.ReadableFormat;
import dev.persistor.core.naming.CaptureNames;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * The layouts that are on the class path: the core's, and those that a {@link ForeignLayoutProvider} brings. None is looked
 * for unless it is named: see {@link dev.persistor.core.format.MessageFormats#withLayouts}.
 *
 * <p>Thread-safe.
 */
public final class ForeignLayouts {

    private ForeignLayouts() {}

    /** Returns the names of all layouts that are there. */
    public static List<String> names() {
        return all().stream().map(ReadableFormat::name).toList();
    }

    /**
     * Returns the layout of that name.
     *
     * @throws IllegalArgumentException if there is none on the class path; the message names those that are there
     */
    public static ReadableFormat named(String name) {
        return all().stream()
                .filter(layout -> layout.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no module on the class path provides the layout "
                        + name + "; available: " + String.join(", ", names())));
    }

    /**
     * Returns the layout of files that Event Hubs Capture named in this way.
     *
     * @throws IllegalArgumentException if no module on the class path reads such files; the message names the one that does
     */
    public static ReadableFormat captured(CaptureNames names) {
        return providers().stream()
                .flatMap(provider -> provider.get().captured(names).stream())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "files of Event Hubs Capture require dev.persistor:persistor-avro on the class path"));
    }

    private static ServiceLoader<ForeignLayoutProvider> providers() {
        // The class loader of Persistor itself: function hosts give threads context loaders of their own.
        return ServiceLoader.load(ForeignLayoutProvider.class, ForeignLayouts.class.getClassLoader());
    }

    private static List<ReadableFormat> all() {
        List<ReadableFormat> layouts = new ArrayList<>(List.of(
                new PubSubTextLayout(),
                new DataflowTextLayout(),
                new PersistorGcpLayout(),
                new PersistorAzureLayout()));
        providers().forEach(provider -> layouts.addAll(provider.layouts()));
        return layouts;
    }
}
