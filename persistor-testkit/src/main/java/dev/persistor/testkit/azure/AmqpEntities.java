package dev.persistor.testkit.azure;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The entities by their addresses, which are the same in upper and lower case. Not thread-safe. */
final class AmqpEntities {

    private static final Pattern PARTITION = Pattern.compile("(.+)/partitions/([^/]+)");
    private static final Pattern GROUP = Pattern.compile("(.+)/consumergroups/[^/]+/partitions/([^/]+)");

    private final Clock clock;
    private final Map<String, AmqpEntity> targets = new HashMap<>();
    private final Map<String, AmqpQueue> queues = new HashMap<>();
    private final Map<String, AmqpHub> hubs = new HashMap<>();

    AmqpEntities(Clock clock) {
        this.clock = clock;
    }

    /** A place to send to: an entity, and its partition or an empty text. */
    record Target(AmqpEntity entity, String partition) {}

    private static String key(String address) {
        return address.toLowerCase(Locale.ROOT);
    }

    void addQueue(String name) {
        targets.put(key(name), readable(name));
    }

    void addTopic(String name, List<String> subscriptions) {
        List<AmqpQueue> queuesOfTopic = new ArrayList<>();
        for (String subscription : subscriptions) {
            queuesOfTopic.add(readable(name + "/Subscriptions/" + subscription));
        }
        targets.put(key(name), new AmqpTopic(AmqpQueue.named(name, clock), queuesOfTopic));
    }

    /** Adds a hub, and tells whether it took the place of another. */
    boolean addHub(String name, int partitions) {
        AmqpHub hub = new AmqpHub(name, partitions, clock);
        targets.put(key(name), hub);
        return hubs.put(key(name), hub) != null;
    }

    private AmqpQueue readable(String name) {
        AmqpQueue queue = AmqpQueue.named(name, clock);
        queues.put(key(name), queue);
        queue.deadLetters().ifPresent(dead -> queues.put(key(name + "/$DeadLetterQueue"), dead));
        return queue;
    }

    /** Returns what was sent to an address, or is in the queue of that name. */
    List<AmqpMessage> messages(String address) {
        AmqpEntity entity = targets.containsKey(key(address)) ? targets.get(key(address)) : queues.get(key(address));
        if (entity == null) {
            throw new IllegalArgumentException("no queue, topic or hub is called " + address);
        }
        return entity.messages();
    }

    Target target(String address) throws AmqpRefusal {
        AmqpEntity entity = targets.get(key(address));
        if (entity != null) {
            return new Target(entity, "");
        }
        Matcher partition = PARTITION.matcher(key(address));
        if (partition.matches()) {
            return new Target(hub(partition, address), partition.group(2));
        }
        throw AmqpRefusal.notFound(address);
    }

    private AmqpHub hub(Matcher place, String address) throws AmqpRefusal {
        AmqpHub hub = hubs.get(place.group(1));
        if (hub == null || !hub.hasPartition(place.group(2))) {
            throw AmqpRefusal.notFound(address);
        }
        return hub;
    }

    /** Reads a partition of a hub from the place that the selector names. */
    Optional<AmqpEntity.Cursor> partition(String address, Optional<String> selector) throws AmqpRefusal {
        Matcher group = GROUP.matcher(key(address));
        return group.matches() ? Optional.of(hub(group, address).cursor(group.group(2), selector)) : Optional.empty();
    }

    AmqpQueue queue(String address) throws AmqpRefusal {
        return findQueue(address).orElseThrow(() -> AmqpRefusal.notFound(address));
    }

    Optional<AmqpQueue> findQueue(String address) {
        return Optional.ofNullable(queues.get(key(address)));
    }

    /** Has locks last their whole duration again; false where one of them is lost. */
    boolean renew(List<UUID> tokens) {
        return tokens.stream().allMatch(token -> queues.values().stream().anyMatch(queue -> queue.renew(token)));
    }

    /** Has the lock on a session last its whole duration again; false where it is lost. */
    boolean renewSession(String session) {
        return queues.values().stream().anyMatch(queue -> queue.renewSession(session));
    }

    Optional<AmqpHub> hub(String name) {
        return Optional.ofNullable(hubs.get(key(name)));
    }
}
