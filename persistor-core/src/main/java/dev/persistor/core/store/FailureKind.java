package dev.persistor.core.store;

/** What a driver's failure means to the store. */
public enum FailureKind {
    /** Another attempt may succeed: a time-out, a broken connection, a busy service. */
    RETRYABLE,
    /** As {@link #RETRYABLE}, and fewer requests at a time make it less likely: the service answers 429 or 503. */
    THROTTLED,
    /** Each attempt fails until somebody corrects the cause. */
    PERMANENT,
    /** The blob does not exist. Where no blob was asked for, as in a listing, the bucket, container or folder does not exist. */
    NOT_FOUND,
    /** The bucket, container or folder does not exist, where the service tells that from a blob that does not. */
    NO_PLACE,
    /** A blob has the name already. */
    EXISTS,
    /** The identity has no permission. Where it may create and not replace, the blob may exist already. */
    REFUSED,
    /** The blob exists and cannot be read until somebody makes it readable: it is in an archive tier. */
    NOT_READABLE
}
