package dev.persistor.core.replay;

/** What follows a message that the target did not take. */
public enum OnFailure {

    /** The later messages of its ordering key are held back, so that none overtakes it. They fail, too. */
    STOP_KEY,

    /** The later messages of its ordering key go out. */
    CONTINUE,

    /** The replay ends. */
    STOP
}
