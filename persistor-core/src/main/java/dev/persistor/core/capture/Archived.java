package dev.persistor.core.capture;

import dev.persistor.core.store.PutResult;
import dev.persistor.core.write.Receipt;

/** The way in which a message became durable. */
public enum Archived {
    /** It was written to a new blob. */
    PERSISTED,
    /** It was there: a redelivery, or a replayed message whose original is there. */
    ALREADY_THERE,
    /** It cannot be kept as a message, and is in quarantine as it came. */
    QUARANTINED;

    static Archived as(Receipt receipt) {
        return receipt.result() == PutResult.CREATED ? PERSISTED : ALREADY_THERE;
    }
}
