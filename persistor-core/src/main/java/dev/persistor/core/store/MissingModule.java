package dev.persistor.core.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Names the Maven artifact that is missing on the class path. The names are data: no code of the core knows a module above it.
 *
 * <p>Thread-safe.
 */
public final class MissingModule {

    private static final String RESOURCE = "modules.properties";

    private MissingModule() {}

    /**
     * Returns what to add, as the end of a sentence such as {@code ; add dev.persistor:persistor-gcp}; empty where no module is known.
     *
     * @param kind {@code store}, {@code target} or {@code format}
     * @param name the scheme of the address, or the name of the format
     */
    public static String advice(String kind, String name) {
        Properties modules = new Properties();
        try (InputStream in = MissingModule.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing from the jar");
            }
            modules.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
        String artifact = modules.getProperty(kind + "." + name);
        return artifact == null ? "" : "; add " + artifact;
    }
}
