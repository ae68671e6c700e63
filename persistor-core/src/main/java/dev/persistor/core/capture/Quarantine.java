package dev.persistor.core.capture;

import dev.persistor.core.format.QuarantineFormat;
import dev.persistor.core.log.SafeText;
import dev.persistor.core.naming.QuarantineNaming;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSink;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.write.Counters;
import dev.persistor.core.write.PersistorListener;
import dev.persistor.core.write.RejectedEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deals with events that cannot be kept as messages: counts and logs each, and stores it as it came where the settings say so.
 *
 * <p>Thread-safe.
 *
 * @param isOn whether events are stored; else they are refused
 * @param sink where they are stored
 */
record Quarantine(boolean isOn, BlobSink sink, PersistorListener listener, Counters counters) {

    private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);

    /**
     * Stores an event if quarantine is on.
     *
     * @return whether it is durable and may be acknowledged
     * @throws BlobStoreException if it was to be stored and may not be durable
     */
    boolean take(RejectedEvent event) {
        if (!isOn) {
            listener.rejected(event);
            log(event, "It is refused; set PERSISTOR_QUARANTINE=true to store such events");
            return false;
        }
        BlobName name = store(event);
        // Counted only now: an event that is tried again is one event.
        listener.rejected(event);
        listener.quarantined(event, name);
        log(event, "It is in quarantine as " + name);
        return true;
    }

    private BlobName store(RejectedEvent event) {
        BlobName name = QuarantineNaming.nameOf(event.source(), event.content(), event.headers());
        sink.putAll(QuarantineFormat.encode(
                name,
                event.content(),
                event.source(),
                event.contentType(),
                event.headers(),
                event.reason(),
                sink.limits()));
        return name;
    }

    private void log(RejectedEvent event, String outcome) {
        LOG.atError()
                .addKeyValue("source", SafeText.line(event.source()))
                .log(
                        "Invalid event number {} of this process, {} bytes: {}. {}",
                        counters.rejected(),
                        event.content().remaining(),
                        SafeText.line(event.reason()),
                        outcome);
    }

    /** Counts and logs an event that did not arrive as it was sent. It is never stored, because its content is not the sender's. */
    RefusedEventException refuse(RejectedEvent event) {
        listener.rejected(event);
        LOG.atError()
                .addKeyValue("source", SafeText.line(event.source()))
                .log("Refused event number {} of this process: {}", counters.rejected(), event.reason());
        return RefusedEventException.of(event);
    }
}
