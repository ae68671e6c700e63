package dev.persistor.core.replay;

import dev.persistor.core.message.Message;
import java.util.concurrent.CompletableFuture;

/** Hands messages over to the target. Used by the thread of the replay. */
interface Delivery {

    /** Notes that a message is about to be handed over. */
    void begin(CheckpointKey key);

    /** Hands a message over. The future completes, maybe on another thread, when its outcome is known. */
    CompletableFuture<Published> publish(CheckpointKey key, Message message) throws InterruptedException;

    /** Sends what still waits for more. All outcomes that are known must have been noted before. */
    void flush() throws InterruptedException;

    /** Tells whether what waits has waited long enough, or is enough. */
    boolean isDue();

    /** Lets messages of a key go out again after one of them failed. */
    void resume(String key);
}
