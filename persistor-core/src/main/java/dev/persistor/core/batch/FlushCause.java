package dev.persistor.core.batch;

/** The reason for writing a batch. */
public enum FlushCause {
    /** It held as many messages as a batch may. */
    MESSAGES,
    /** Another message would have been too many bytes. */
    BYTES,
    /** It waited as long as a batch may. */
    LINGER,
    /** Memory ran out, and callers wait for it. */
    PRESSURE,
    /** The caller asked for a batch of its own without waiting: a broker's batch. */
    TOGETHER,
    /** No more messages come. */
    CLOSED
}
