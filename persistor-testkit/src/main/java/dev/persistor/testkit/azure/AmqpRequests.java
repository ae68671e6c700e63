package dev.persistor.testkit.azure;

import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.engine.Delivery;
import org.apache.qpid.proton.message.Message;

/** Answers what clients ask {@code $cbs}, which takes every token, and the management node of a hub. */
final class AmqpRequests {

    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final int NO_CONTENT = 204;
    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;
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
            case "com.microsoft:renew-lock null" -> {
                List<UUID> tokens = List.of((UUID[]) body(request).get("lock-tokens"));
                Date[] expirations = tokens.stream().map(token -> later()).toArray(Date[]::new);
                link.answer(request, entities.renew(tokens) ? OK : GONE, Map.of("expirations", expirations));
            }
            case "com.microsoft:renew-session-lock null" -> {
                String session = String.valueOf(body(request).get("session-id"));
                link.answer(request, entities.renewSession(session) ? OK : GONE, Map.of("expiration", later()));
            }
            // Whatever waits: so far clients look only to see whether anybody answers.
            case "com.microsoft:peek-message null" -> link.answer(request, NO_CONTENT, Map.of());
            default ->
                link.answer(request, "put-token".equals(asked.get("operation")) ? ACCEPTED : NOT_IMPLEMENTED, Map.of());
        }
    }

    private static Map<?, ?> body(Message request) {
        return (Map<?, ?>) ((AmqpValue) request.getBody()).getValue();
    }

    /** The clients tell their callers, and rely on it for nothing else. */
    private static Date later() {
        return Date.from(Instant.now().plusSeconds(60));
    }

    private static String name(Map<String, Object> asked) {
        return String.valueOf(asked.get("name"));
    }

    private static void answer(Message request, AmqpReplies link, Optional<Map<String, Object>> found) {
        link.answer(request, found.isPresent() ? OK : NOT_FOUND, found.orElse(Map.of()));
    }
}
