package dev.persistor.core.store;

/** The meaning of a driver's failure for the store. */
public enum FailureKind {
    /** Another attempt may succeed: a time-out, a broken connection, a busy service. */
    RETRYABLE,
    /** As {@link #RETRYABLE}, and fewer requests at a time make it less likely: the service answers 429 or 503. */
    THROTTLED,
    /** Each attempt fails until the cause is corrected. */
    PERMANENT,
    /** The blob does not exist. Where no blob was asked for, as in a listing, the bucket, container or folder does not exist. */
    NOT_FOUND,
    /** The bucket, container or folder does not exist, where the service tells that from a blob that does not. */
    NO_PLACE,
    /** A blob has the name already. */
    EXISTS,
    /** The identity has no permission. Where it may create and not replace, the blob may exist already. */
    REFUSED,
    /** The blob exists but cannot be read until it is made readable: it is in an archive tier. */
    NOT_READABLE
}
