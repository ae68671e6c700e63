package dev.persistor.core.store;

/** The outcome of a write. In both cases the blob is durable. */
public enum PutResult {
    /** The blob was not there, and this call wrote it. */
    CREATED,
    /** The same blob was there; nothing was written. */
    ALREADY_EXISTS
}
