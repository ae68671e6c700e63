package dev.persistor.core.store;

import java.util.Objects;

/**
 * The place of a store: a driver, and a folder in it.
 *
 * <p>Immutable.
 *
 * @param folder what goes before each name: empty, or ending in {@code /}
 */
public record BlobPlace(BlobDriver driver, String folder) {

    /** Refuses null. */
    public BlobPlace {
        Objects.requireNonNull(driver, "driver");
        Objects.requireNonNull(folder, "folder");
    }

    /** Returns all of a driver's place. */
    public static BlobPlace allOf(BlobDriver driver) {
        return new BlobPlace(driver, "");
    }
}
