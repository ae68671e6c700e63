package dev.persistor.standalone.cost;

import java.util.Locale;

/**
 * The clouds that have prices.
 *
 * <p>Immutable.
 */
enum Provider {
    GCP,
    AZURE;

    /** Returns the name as it is in the file and on a command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
