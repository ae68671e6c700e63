package dev.persistor.core.format.foreign;

import dev.persistor.core.format.ReadableFormat;
import dev.persistor.core.naming.CaptureNames;
import java.util.List;
import java.util.Optional;

/**
 * Brings layouts that are not the core's. Found through {@link java.util.ServiceLoader}.
 *
 * <p>Implementations are safe for use by many threads, and cheap to make.
 */
public interface ForeignLayoutProvider {

    /** Returns the layouts, each under a name of its own. */
    List<ReadableFormat> layouts();

    /** Returns the layout of files that Event Hubs Capture named in this way, if this brings it. Default: nothing. */
    default Optional<ReadableFormat> captured(CaptureNames names) {
        return Optional.empty();
    }
}
