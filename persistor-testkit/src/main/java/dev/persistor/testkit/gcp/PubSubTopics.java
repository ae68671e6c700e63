package dev.persistor.testkit.gcp;

import com.google.protobuf.Timestamp;
import com.google.pubsub.v1.PubsubMessage;
import io.grpc.Status;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The topics and subscriptions that there are. Thread-safe. */
final class PubSubTopics {

    private static final long FIRST_ID = 10_000_000_000_000L;

    private static final class Topic {
        private final List<PubsubMessage> published = new ArrayList<>();
        private final List<PubSubSubscription> subscriptions = new ArrayList<>();
    }

    private final Clock clock;
    private final Map<String, Topic> topics = new TreeMap<>();
    private final Map<String, PubSubSubscription> subscriptions = new TreeMap<>();
    private long nextId = FIRST_ID;

    PubSubTopics(Clock clock) {
        this.clock = clock;
    }

    synchronized void clear() {
        topics.clear();
        subscriptions.clear();
    }

    synchronized void createTopic(String name) {
        if (topics.putIfAbsent(name, new Topic()) != null) {
            throw Status.ALREADY_EXISTS
                    .withDescription("There is a topic " + name)
                    .asRuntimeException();
        }
    }

    synchronized void createSubscription(String name, String topic, Duration ackDeadline, boolean ordered) {
        PubSubSubscription subscription = new PubSubSubscription(name, ackDeadline, ordered);
        if (subscriptions.putIfAbsent(name, subscription) != null) {
            throw Status.ALREADY_EXISTS
                    .withDescription("There is a subscription " + name)
                    .asRuntimeException();
        }
        topic(topic).subscriptions.add(subscription);
    }

    /** Stores messages, gives them ids and the time, and hands them to all subscriptions. */
    List<String> publish(String topicName, List<PubsubMessage> messages) {
        PubSubRules.check(messages);
        List<PubsubMessage> stored = new ArrayList<>();
        List<PubSubSubscription> to;
        synchronized (this) {
            Topic topic = topic(topicName);
            Instant now = clock.instant();
            Timestamp time = Timestamp.newBuilder()
                    .setSeconds(now.getEpochSecond())
                    .setNanos(now.getNano())
                    .build();
            for (PubsubMessage message : messages) {
                stored.add(message.toBuilder()
                        .setMessageId(Long.toString(nextId++))
                        .setPublishTime(time)
                        .build());
            }
            topic.published.addAll(stored);
            to = List.copyOf(topic.subscriptions);
            // Within the lock, so that subscriptions have the topic's order.
            to.forEach(subscription -> stored.forEach(subscription::add));
        }
        return stored.stream().map(PubsubMessage::getMessageId).toList();
    }

    synchronized List<PubsubMessage> published(String topic) {
        return List.copyOf(topic(topic).published);
    }

    synchronized boolean hasTopic(String name) {
        return topics.containsKey(name);
    }

    private Topic topic(String name) {
        return required("topic", name, topics.get(name));
    }

    synchronized PubSubSubscription subscription(String name) {
        return required("subscription", name, subscriptions.get(name));
    }

    private static <T> T required(String what, String name, @Nullable T found) {
        if (found == null) {
            throw Status.NOT_FOUND
                    .withDescription("There is no " + what + " " + name)
                    .asRuntimeException();
        }
        return found;
    }

    void expire() {
        List<PubSubSubscription> all;
        synchronized (this) {
            all = List.copyOf(subscriptions.values());
        }
        all.forEach(PubSubSubscription::expire);
    }
}
