package dev.persistor.testkit.azure;

import org.apache.qpid.proton.engine.Delivery;

/** What the server does at its end of a link. Not thread-safe: only the server's loop uses it. */
interface AmqpLink {

    /** Takes a transfer, or hears what became of one of its own. */
    void onDelivery(Delivery delivery);

    /** Sends what there is to send, as far as the client's credit goes. */
    default void pump() {}

    /** Hears that the link is gone. */
    default void close() {}
}
