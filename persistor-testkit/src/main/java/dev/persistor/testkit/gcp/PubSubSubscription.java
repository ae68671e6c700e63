package dev.persistor.testkit.gcp;

import com.google.pubsub.v1.PubsubMessage;
import com.google.pubsub.v1.ReceivedMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * What a topic's messages wait in until they are acknowledged. Each delivery has an acknowledgement id of its own, and ends
 * with an acknowledgement, a refusal, or its deadline. With ordering, a key's next message waits for the one before.
 *
 * <p>Thread-safe.
 */
final class PubSubSubscription {

    /** A message that is not acknowledged yet. */
    private record Held(long number, PubsubMessage message) {}

    /** A delivery under way. */
    private record Delivery(Held held, long deadlineNanos) {}

    private final String name;
    private final Duration ackDeadline;
    private final boolean ordered;
    /** What is to be delivered, in the order of publishing. */
    private final TreeMap<Long, Held> waiting = new TreeMap<>();

    /** What is acknowledged, and kept as a subscription keeps it that is told to. */
    private final TreeMap<Long, Held> acknowledged = new TreeMap<>();

    private final Map<String, Delivery> underWay = new HashMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private long published;
    private long deliveries;

    PubSubSubscription(String name, Duration ackDeadline, boolean ordered) {
        this.name = name;
        this.ackDeadline = ackDeadline;
        this.ordered = ordered;
    }

    Duration ackDeadline() {
        return ackDeadline;
    }

    boolean isOrdered() {
        return ordered;
    }

    /** Has a stream told when there may be something to deliver. */
    void addListener(Runnable listener) {
        listeners.add(listener);
    }

    void removeListener(Runnable listener) {
        listeners.remove(listener);
    }

    void add(PubsubMessage message) {
        synchronized (this) {
            waiting.put(published, new Held(published, message));
            published++;
        }
        listeners.forEach(Runnable::run);
    }

    /** Begins deliveries of so many messages at most. */
    synchronized List<ReceivedMessage> take(int most, Duration deadline) {
        Set<String> blocked = new HashSet<>();
        if (ordered) {
            underWay.values().forEach(delivery -> blocked.add(delivery.held.message.getOrderingKey()));
            blocked.remove("");
        }
        List<ReceivedMessage> taken = new ArrayList<>();
        Iterator<Held> messages = waiting.values().iterator();
        while (taken.size() < most && messages.hasNext()) {
            Held held = messages.next();
            String key = held.message.getOrderingKey();
            if (ordered && !key.isEmpty() && !blocked.add(key)) {
                continue;
            }
            messages.remove();
            taken.add(deliver(held, deadline));
        }
        return taken;
    }

    /** Without a delivery attempt, which the service tells only where there are dead letters. */
    private ReceivedMessage deliver(Held held, Duration deadline) {
        String ackId = name + "-" + deliveries++;
        underWay.put(ackId, new Delivery(held, System.nanoTime() + deadline.toNanos()));
        return ReceivedMessage.newBuilder()
                .setAckId(ackId)
                .setMessage(held.message)
                .build();
    }

    /** Acknowledges deliveries; one that is over already is none, as with the service. */
    void acknowledge(List<String> ackIds) {
        synchronized (this) {
            for (String ackId : ackIds) {
                Delivery delivery = underWay.remove(ackId);
                if (delivery != null) {
                    acknowledged.put(delivery.held.number, delivery.held);
                }
            }
        }
        listeners.forEach(Runnable::run);
    }

    /** Has just these messages be not acknowledged, and all deliveries over. */
    void seek(Predicate<PubsubMessage> isWanted) {
        synchronized (this) {
            acknowledged.putAll(waiting);
            underWay.values().forEach(delivery -> acknowledged.put(delivery.held.number, delivery.held));
            waiting.clear();
            underWay.clear();
            acknowledged.values().removeIf(held -> {
                if (isWanted.test(held.message)) {
                    waiting.put(held.number, held);
                }
                return isWanted.test(held.message);
            });
        }
        listeners.forEach(Runnable::run);
    }

    /** Returns the ids of all messages that are acknowledged. */
    synchronized Set<String> acknowledgedIds() {
        Set<String> ids = new HashSet<>();
        acknowledged.values().forEach(held -> ids.add(held.message.getMessageId()));
        return ids;
    }

    /** Sets deadlines from now; one of nothing ends the delivery. */
    void modifyDeadline(List<String> ackIds, Duration deadline) {
        synchronized (this) {
            for (String ackId : ackIds) {
                Delivery delivery = underWay.remove(ackId);
                if (delivery != null && deadline.isZero()) {
                    waiting.put(delivery.held.number, delivery.held);
                } else if (delivery != null) {
                    underWay.put(ackId, new Delivery(delivery.held, System.nanoTime() + deadline.toNanos()));
                }
            }
        }
        listeners.forEach(Runnable::run);
    }

    /** Ends the deliveries whose deadlines have passed. */
    void expire() {
        boolean some;
        synchronized (this) {
            long now = System.nanoTime();
            List<Delivery> over = underWay.values().stream()
                    .filter(delivery -> delivery.deadlineNanos - now <= 0)
                    .toList();
            underWay.values().removeAll(over);
            over.forEach(delivery -> waiting.put(delivery.held.number, delivery.held));
            some = !over.isEmpty();
        }
        if (some) {
            listeners.forEach(Runnable::run);
        }
    }

    /** Returns how many messages are not acknowledged. */
    synchronized int unacknowledged() {
        return waiting.size() + underWay.size();
    }
}
