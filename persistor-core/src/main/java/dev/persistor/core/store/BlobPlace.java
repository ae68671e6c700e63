package dev.persistor.core.store;

import java.util.Objects;

/**
 * Where a store is: a driver, and the folder of the driver's place.
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
