package dev.persistor.core.replay;

/** The reason why a replay ended before the last message. */
public enum StopReason {

    /** It had as many messages as it was to have. */
    LIMIT,

    /** As many messages failed as may fail. */
    FAILURES,

    /** It was told to stop. */
    REQUEST
}
