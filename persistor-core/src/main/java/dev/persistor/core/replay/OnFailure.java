package dev.persistor.core.replay;

/** The reaction to a message that the target refused. */
public enum OnFailure {

    /** The later messages of its ordering key are held back, so that none overtakes it. They fail, too. */
    STOP_KEY,

    /** The later messages of its ordering key go out. */
    CONTINUE,

    /** The replay ends. */
    STOP
}
