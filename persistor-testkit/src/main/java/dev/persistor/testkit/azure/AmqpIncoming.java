package dev.persistor.testkit.azure;

import org.apache.qpid.proton.engine.Delivery;
import org.apache.qpid.proton.engine.Receiver;

/** A link on which a client sends. */
final class AmqpIncoming implements AmqpLink {

    /** What becomes of a transfer. */
    interface Transfers {
        /** Takes the transfer, and gives it its outcome sooner or later. */
        void take(byte[] bytes, Delivery delivery);
    }

    private static final int CREDIT = 300;

    private final Receiver receiver;
    private final Transfers transfers;

    private AmqpIncoming(Receiver receiver, Transfers transfers) {
        this.receiver = receiver;
        this.transfers = transfers;
    }

    static AmqpIncoming on(Receiver receiver, Transfers transfers) {
        receiver.flow(CREDIT);
        return new AmqpIncoming(receiver, transfers);
    }

    @Override
    public void onDelivery(Delivery delivery) {
        if (delivery.isPartial() || !delivery.isReadable()) {
            return;
        }
        byte[] bytes = new byte[delivery.pending()];
        receiver.recv(bytes, 0, bytes.length);
        receiver.advance();
        receiver.flow(1);
        transfers.take(bytes, delivery);
    }
}
