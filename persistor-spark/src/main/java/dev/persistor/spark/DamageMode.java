package dev.persistor.spark;

/** What becomes of blobs that cannot be read, or not whole. */
enum DamageMode {
    /** The query fails. */
    FAILFAST,
    /** What is whole is read, and each such blob is a row with the column {@code _damage}. */
    PERMISSIVE
}
