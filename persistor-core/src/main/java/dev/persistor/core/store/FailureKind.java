package dev.persistor.core.store;

/** What a driver's failure means to the store. */
public enum FailureKind {
    /** Another attempt may succeed: a time-out, a broken connection, a busy service. */
    RETRYABLE,
    /** Each attempt fails until somebody corrects the cause. */
    PERMANENT,
    /** The blob does not exist. Its bucket, container or folder does. */
    NOT_FOUND,
    /** A blob has the name already. */
    EXISTS,
    /** The identity has no permission. Where it may create and not replace, the blob may exist already. */
    REFUSED
}
