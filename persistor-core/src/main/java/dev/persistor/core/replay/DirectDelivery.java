package dev.persistor.core.replay;

import dev.persistor.core.message.Message;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Hands each message to a publisher at once.
 *
 * @param checkpoint takes a note before a message is handed over
 */
record DirectDelivery(MessagePublisher target, @Nullable Checkpoint checkpoint) implements Delivery {

    @Override
    public void begin(CheckpointKey key) {
        if (checkpoint != null) {
            checkpoint.begin(key);
        }
    }

    @Override
    public CompletableFuture<Published> publish(CheckpointKey key, Message message) throws InterruptedException {
        return target.publish(message);
    }

    @Override
    public void flush() {
        target.flush();
    }

    @Override
    public boolean isDue() {
        return false;
    }

    @Override
    public void resume(String key) {
        target.resume(key);
    }
}
