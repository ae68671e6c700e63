package dev.persistor.spark;

/** The treatment of blobs that cannot be read completely. */
enum DamageMode {
    /** The query fails. */
    FAILFAST,
    /** Whole messages are read, and each damaged blob is a row with the column {@code _damage}. */
    PERMISSIVE
}
