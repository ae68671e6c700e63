package dev.persistor.testkit.azure;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.engine.Delivery;
import org.apache.qpid.proton.message.Message;

/** Answers what clients ask {@code $cbs}, which takes every token, and the management node of a hub. */
final class AmqpRequests {

    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final int NOT_FOUND = 404;
    private static final int NOT_IMPLEMENTED = 501;

    private final AmqpEntities entities;
    private final Map<String, AmqpReplies> replies = new HashMap<>();

    AmqpRequests(AmqpEntities entities) {
        this.entities = entities;
    }

    static boolean isAsked(String address) {
        return address.equals("$cbs") || address.endsWith("$management");
    }

    /** Adds where answers may be asked to go. */
    void add(String address, AmqpReplies link) {
        replies.put(address, link);
    }

    void take(byte[] bytes, Delivery delivery) {
        Message request = Proton.message();
        request.decode(bytes, 0, bytes.length);
        delivery.disposition(Accepted.getInstance());
        delivery.settle();
        AmqpReplies link = replies.get(request.getReplyTo());
        if (link != null) {
            answer(request, link);
        }
    }

    private void answer(Message request, AmqpReplies link) {
        Map<String, Object> asked = request.getApplicationProperties().getValue();
        switch (asked.get("operation") + " " + asked.get("type")) {
            case "READ com.microsoft:eventhub" ->
                answer(request, link, entities.hub(name(asked)).map(AmqpHub::properties));
            case "READ com.microsoft:partition" -> {
                String partition = String.valueOf(asked.get("partition"));
                answer(
                        request,
                        link,
                        entities.hub(name(asked))
                                .filter(hub -> hub.hasPartition(partition))
                                .map(hub -> hub.properties(partition)));
            }
            default ->
                link.answer(request, "put-token".equals(asked.get("operation")) ? ACCEPTED : NOT_IMPLEMENTED, Map.of());
        }
    }

    private static String name(Map<String, Object> asked) {
        return String.valueOf(asked.get("name"));
    }

    private static void answer(Message request, AmqpReplies link, Optional<Map<String, Object>> found) {
        link.answer(request, found.isPresent() ? OK : NOT_FOUND, found.orElse(Map.of()));
    }
}
