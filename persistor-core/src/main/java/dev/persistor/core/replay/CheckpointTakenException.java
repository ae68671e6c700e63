package dev.persistor.core.replay;

/**
 * Another run goes on with the checkpoint of a run, which has to end. What it had under way is noted, and the other run tries it again.
 *
 * <p>Immutable.
 */
public final class CheckpointTakenException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    CheckpointTakenException(String message, Throwable cause) {
        super(message, cause);
    }
}
