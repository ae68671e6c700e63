package dev.persistor.testkit;

import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageFormat;
import dev.persistor.core.format.MessageFormats;
import java.util.ArrayList;
import java.util.List;

/**
 * Every format by its name, in each compression, for tests over all of them.
 *
 * <p>Thread-safe.
 */
public final class InstalledFormats {

    private InstalledFormats() {}

    /**
     * Returns raw, and the named formats in each compression.
     *
     * @throws IllegalArgumentException if one is not on the class path, or a library for a compression is not
     */
    public static List<MessageFormat> rawAnd(String... batchFormats) {
        List<MessageFormat> formats = new ArrayList<>();
        formats.add(MessageFormats.named("raw", Compression.NONE));
        for (String name : batchFormats) {
            for (Compression compression : Compression.values()) {
                formats.add(MessageFormats.named(name, compression));
            }
        }
        return formats;
    }
}
