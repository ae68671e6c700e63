package dev.persistor.core.write;

import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStoreException;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells many listeners, and keeps what one throws from all else.
 *
 * <p>Thread-safe.
 */
final class Listeners implements PersistorListener {

    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final PersistorListener[] listeners;

    Listeners(List<PersistorListener> listeners) {
        this.listeners = listeners.toArray(PersistorListener[]::new);
    }

    private void tell(Consumer<PersistorListener> event) {
        for (PersistorListener listener : listeners) {
            try {
                event.accept(listener);
            } catch (RuntimeException e) {
                LOG.error("A listener failed: {}", listener.getClass().getName(), e);
            }
        }
    }

    /** Allocates nothing, for what is told of each message. */
    private void tell(BiConsumer<PersistorListener, Message> event, Message message) {
        for (PersistorListener listener : listeners) {
            try {
                event.accept(listener, message);
            } catch (RuntimeException e) {
                LOG.error("A listener failed: {}", listener.getClass().getName(), e);
            }
        }
    }

    @Override
    public void received(Message message) {
        tell(PersistorListener::received, message);
    }

    @Override
    public void acknowledged(Message message) {
        tell(PersistorListener::acknowledged, message);
    }

    @Override
    public void persisted(Message message, Receipt receipt) {
        tell(listener -> listener.persisted(message, receipt));
    }

    @Override
    public void alreadyThere(Message message, Receipt receipt) {
        tell(listener -> listener.alreadyThere(message, receipt));
    }

    @Override
    public void skippedReplayed(Message message, BlobName original) {
        tell(listener -> listener.skippedReplayed(message, original));
    }

    @Override
    public void failed(Message message, Throwable cause) {
        tell(listener -> listener.failed(message, cause));
    }

    @Override
    public void retried(BlobStoreException failure) {
        tell(listener -> listener.retried(failure));
    }

    @Override
    public void fellBack(BlobName blob, BlobStoreException failure) {
        tell(listener -> listener.fellBack(blob, failure));
    }

    @Override
    public void collided(BlobName taken, BlobName derived) {
        tell(listener -> listener.collided(taken, derived));
    }

    @Override
    public void rejected(RejectedEvent event) {
        tell(listener -> listener.rejected(event));
    }

    @Override
    public void quarantined(RejectedEvent event, BlobName blob) {
        tell(listener -> listener.quarantined(event, blob));
    }

    @Override
    public void lost(LostOffsets offsets) {
        tell(listener -> listener.lost(offsets));
    }

    @Override
    public void recreated(String source) {
        tell(listener -> listener.recreated(source));
    }

    @Override
    public void flushed(Flush flush) {
        tell(listener -> listener.flushed(flush));
    }
}
