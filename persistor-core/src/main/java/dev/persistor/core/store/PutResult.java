package dev.persistor.core.store;

/** What became of a blob that a sink was given. Either way it is durable now. */
public enum PutResult {
    /** The blob was not there, and this call wrote it. */
    CREATED,
    /** The same blob was there; nothing was written. */
    ALREADY_EXISTS
}
