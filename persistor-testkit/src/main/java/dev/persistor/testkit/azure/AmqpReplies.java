package dev.persistor.testkit.azure;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.engine.Delivery;
import org.apache.qpid.proton.engine.Sender;
import org.apache.qpid.proton.message.Message;

/** A link on which a client gets the answers to its requests. They wait for its credit, which may come after a request. */
final class AmqpReplies implements AmqpLink {

    private final Sender sender;
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private long sent;

    AmqpReplies(Sender sender) {
        this.sender = sender;
    }

    void answer(Message request, int status, Map<String, Object> body) {
        Message answer = Proton.message();
        answer.setCorrelationId(request.getMessageId());
        answer.setApplicationProperties(
                new ApplicationProperties(Map.of("status-code", status, "status-description", "status " + status)));
        answer.setBody(new AmqpValue(body));
        waiting.add(AmqpEncoding.encode(answer, 0));
    }

    @Override
    public void pump() {
        while (sender.getCredit() > 0 && !waiting.isEmpty()) {
            byte[] encoded = waiting.remove();
            Delivery delivery = sender.delivery(
                    ByteBuffer.allocate(Long.BYTES).putLong(++sent).array());
            sender.send(encoded, 0, encoded.length);
            delivery.settle();
            sender.advance();
        }
    }

    /** The answers went out settled. */
    @Override
    public void onDelivery(Delivery delivery) {}
}
