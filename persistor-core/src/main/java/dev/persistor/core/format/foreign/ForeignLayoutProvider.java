package dev.persistor.core.format.foreign;

import dev.persistor.core.format.ReadableFormat;
import java.util.List;

/**
 * Brings layouts that are not the core's. Found through {@link java.util.ServiceLoader}.
 *
 * <p>Implementations are safe for use by many threads, and cheap to make.
 */
public interface ForeignLayoutProvider {

    /** Returns the layouts, each under a name of its own. */
    List<ReadableFormat> layouts();
}
