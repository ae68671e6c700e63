package dev.persistor.core.batch;

/** Why a batch was written when it was. */
public enum FlushCause {
    /** It held as many messages as a batch may. */
    MESSAGES,
    /** Another message would have been too many bytes. */
    BYTES,
    /** It waited as long as a batch may. */
    LINGER,
    /** Memory ran out, and callers wait for it. */
    PRESSURE,
    /** Whoever brought it wants no other company and no wait: a broker's batch. */
    TOGETHER,
    /** No more messages come. */
    CLOSED
}
