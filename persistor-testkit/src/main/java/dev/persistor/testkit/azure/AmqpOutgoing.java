package dev.persistor.testkit.azure;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.transport.DeliveryState;
import org.apache.qpid.proton.amqp.transport.SenderSettleMode;
import org.apache.qpid.proton.engine.Delivery;
import org.apache.qpid.proton.engine.Sender;

/** A link on which a client receives what an entity has. */
final class AmqpOutgoing implements AmqpLink {

    /** Clients of Service Bus take the tag for the lock's token, which is a UUID. */
    private static final int TAG_BYTES = 16;

    private final Sender sender;
    private final AmqpEntity.Cursor cursor;
    private long deliveries;

    AmqpOutgoing(Sender sender, AmqpEntity.Cursor cursor) {
        this.sender = sender;
        this.cursor = cursor;
    }

    @Override
    public void pump() {
        while (sender.getCredit() > 0) {
            byte[] tag = ByteBuffer.allocate(TAG_BYTES)
                    .putLong(++deliveries)
                    .putLong(System.identityHashCode(this))
                    .array();
            AmqpStored message = cursor.next(token(tag));
            if (message == null) {
                break;
            }
            send(message, tag);
        }
        if (sender.getDrain()) {
            sender.drained();
        }
    }

    private void send(AmqpStored message, byte[] tag) {
        Delivery delivery = sender.delivery(tag);
        delivery.setContext(token(tag));
        byte[] encoded = message.encode();
        sender.send(encoded, 0, encoded.length);
        if (sender.getRemoteSenderSettleMode() == SenderSettleMode.SETTLED) {
            delivery.settle();
            DeliveryState unused = cursor.settle(token(tag), Accepted.getInstance());
        }
        sender.advance();
    }

    /** The clients read a tag as .NET's bytes of a UUID, of which the first three numbers begin with their last byte. */
    private static UUID token(byte[] tag) {
        ByteBuffer little = ByteBuffer.wrap(tag).order(ByteOrder.LITTLE_ENDIAN);
        long first = Integer.toUnsignedLong(little.getInt()) << 32
                | Short.toUnsignedLong(little.getShort()) << 16
                | Short.toUnsignedLong(little.getShort());
        return new UUID(first, little.order(ByteOrder.BIG_ENDIAN).getLong());
    }

    @Override
    public void onDelivery(Delivery delivery) {
        DeliveryState outcome = delivery.getRemoteState();
        if (outcome != null && !delivery.isSettled()) {
            delivery.disposition(cursor.settle((UUID) delivery.getContext(), outcome));
            delivery.settle();
        }
    }

    @Override
    public void close() {
        cursor.close();
    }
}
