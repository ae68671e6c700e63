package dev.persistor.testkit.azure;

import java.util.List;
import java.util.UUID;
import org.apache.qpid.proton.amqp.transport.DeliveryState;
import org.jspecify.annotations.Nullable;

/** What messages are sent to: a queue, a topic, a hub. Not thread-safe: only the server's loop uses it. */
interface AmqpEntity {

    /** Returns the size in bytes over which a transfer is refused. */
    long maxTransferSize();

    /**
     * Keeps all that a transfer brings.
     *
     * @param partition the partition that the link is of, or empty for any
     */
    void store(AmqpTransfer transfer, String partition);

    /** Returns what was sent, in order of arrival. */
    List<AmqpMessage> messages();

    /** Gives messages to one receiver. */
    interface Cursor {

        /**
         * Takes the next message for the receiver, or null while there is none.
         *
         * @param token by which the receiver names its lock on it
         */
        @Nullable
        AmqpStored next(UUID token);

        /** Hears what the receiver did with a message that it got under a token, and says what came of it. */
        DeliveryState settle(UUID token, DeliveryState outcome);

        /** Takes back what the receiver never settled. */
        void close();
    }
}
