package dev.persistor.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.grpc.GrpcTransportChannel;
import com.google.api.gax.rpc.FixedTransportChannelProvider;
import com.google.cloud.pubsub.v1.MessageReceiver;
import com.google.cloud.pubsub.v1.Subscriber;
import com.google.pubsub.v1.PubsubMessage;
import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.ArchiveStatistics;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.archive.Verification;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.TimeRange;
import dev.persistor.core.replay.Checkpoint;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.MessagePublishers;
import dev.persistor.core.replay.Published;
import dev.persistor.core.replay.Replay;
import dev.persistor.core.replay.ReplayReport;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.testkit.MessageGenerator;
import dev.persistor.testkit.gcp.PubSubServer;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Persistor exists for: a pipeline broke between 02:10 and 03:40, and what was lost comes back, all of it, once, byte for
 * byte. Google's clients publish and receive, the real Functions Framework archives.
 *
 * <p>{@code -Dpersistor.story.messages=100000} tells it at its full length.
 */
@Timeout(400)
class RecoveryStoryTest {

    private static final int MESSAGES = Integer.getInteger("persistor.story.messages", 10_000);
    private static final int KEYS = 400;
    /** How many messages are published at one time. */
    private static final int AT_ONCE = 50;

    private static final int CONNECTIONS = 64;
    private static final Instant START = Instant.parse("2026-01-31T00:00:00Z");
    private static final Duration LENGTH = Duration.ofHours(5);
    private static final TimeRange LOST =
            new TimeRange(Instant.parse("2026-01-31T02:10:00Z"), Instant.parse("2026-01-31T03:40:00Z"));

    /** The broker's time, which the story sets. */
    private static final class StoryClock extends Clock {
        private volatile Instant now = START;

        /** Moves to the time at which so many messages have been published. */
        void after(int messages) {
            now = START.plus(LENGTH.multipliedBy(messages).dividedBy(MESSAGES));
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }

    /** What a consumer sees of a message. */
    private record Seen(String payload, Map<String, String> attributes, String orderingKey) {

        static Seen of(PubsubMessage message) {
            Map<String, String> attributes = new HashMap<>(message.getAttributesMap());
            attributes.keySet().removeIf(name -> name.startsWith("persistor-"));
            return new Seen(
                    Base64.getEncoder().encodeToString(message.getData().toByteArray()),
                    attributes,
                    message.getOrderingKey());
        }
    }

    @TempDir
    private Path folder;

    @Test
    void whatABrokenConsumerLostComesBack() throws Exception {
        StoryClock clock = new StoryClock();
        try (PubSubServer broker = PubSubServer.start(clock)) {
            broker.createTopic("p", "orders");
            broker.createTopic("p", "recovered");
            broker.createSubscription("p", "consumer", "recovered", Duration.ofSeconds(60), true);
            publishAll(broker, clock);
            List<PubsubMessage> sent = broker.published("p", "orders");
            archive(sent);

            List<PubsubMessage> lost = sent.stream()
                    .filter(message -> LOST.contains(publishTime(message)))
                    .toList();
            assertThat(lost.size()).isBetween(MESSAGES / 5, MESSAGES / 2);
            recover(broker, lost.size());
            List<PubsubMessage> recovered = receive(broker, lost.size());

            assertThat(numbersByKey(recovered)).isEqualTo(numbersByKey(lost));
            assertThat(recovered.stream().map(Seen::of))
                    .containsExactlyInAnyOrderElementsOf(
                            lost.stream().map(Seen::of).toList());
        }
    }

    private static Instant publishTime(PubsubMessage message) {
        return Instant.ofEpochSecond(
                message.getPublishTime().getSeconds(), message.getPublishTime().getNanos());
    }

    /** The numbers of each key's messages in their order. */
    private static Map<String, List<String>> numbersByKey(List<PubsubMessage> messages) {
        return messages.stream()
                .filter(message -> !message.getOrderingKey().isEmpty())
                .collect(Collectors.groupingBy(
                        PubsubMessage::getOrderingKey,
                        Collectors.mapping(message -> message.getAttributesOrThrow("number"), Collectors.toList())));
    }

    private static void publishAll(PubSubServer broker, StoryClock clock) throws Exception {
        MessageGenerator generator = new MessageGenerator(1);
        try (MessagePublisher orders = open(broker, "orders")) {
            List<CompletableFuture<Published>> answers = new ArrayList<>();
            for (int i = 0; i < MESSAGES; i++) {
                Message.Builder message = Message.builder()
                        .id("unused")
                        .source("orders")
                        .publishTime(START)
                        .payload(generator.bytes(i % 300))
                        .attributes(Attributes.builder()
                                .add("number", Integer.toString(i))
                                .add("kind", "\u00e9\uD83D\uDE00")
                                .build());
                answers.add(orders.publish(
                        i % 10 == 0
                                ? message.build()
                                : message.orderingKey("key/" + i / 25 % KEYS).build()));
                if (i % AT_ONCE == AT_ONCE - 1) {
                    for (CompletableFuture<Published> answer : answers) {
                        answer.get(60, TimeUnit.SECONDS);
                    }
                    answers.clear();
                    clock.after(i);
                }
            }
        }
    }

    private static MessagePublisher open(PubSubServer broker, String topic) {
        return MessagePublishers.open(
                URI.create("pubsub://p/" + topic), Map.of("PUBSUB_EMULATOR_HOST", broker.emulatorHost()));
    }

    /** Pushes everything to the function, as a push subscription does, and again what it does not acknowledge. */
    private void archive(List<PubsubMessage> messages) throws Exception {
        Files.createDirectory(folder.resolve("archive"));
        Queue<PubsubMessage> queue = new ConcurrentLinkedQueue<>(messages);
        ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
        try (FunctionsFramework function = FunctionsFramework.start(
                PubSubPushEndpoint.class,
                Map.of(
                        "PERSISTOR_STORE", folder.resolve("archive").toUri().toString(),
                        "PERSISTOR_FORMAT", "jsonl",
                        "PERSISTOR_COMPRESSION", "gzip",
                        "PERSISTOR_BATCH_MESSAGES", "500",
                        "PERSISTOR_BATCH_LINGER", "10ms"))) {
            List<Future<Void>> ends = threads.invokeAll(Collections.nCopies(CONNECTIONS, () -> {
                for (PubsubMessage next = queue.poll(); next != null; next = queue.poll()) {
                    if (function.post(push(next)).statusCode() != 204) {
                        queue.add(next);
                    }
                }
                return null;
            }));
            for (Future<Void> end : ends) {
                end.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static byte[] push(PubsubMessage message) {
        return ("{\"message\":{\"data\":\""
                        + Base64.getEncoder().encodeToString(message.getData().toByteArray())
                        + "\",\"attributes\":{"
                        + message.getAttributesMap().entrySet().stream()
                                .map(entry -> "\"" + entry.getKey() + "\":\"" + entry.getValue() + "\"")
                                .collect(Collectors.joining(","))
                        + "},\"messageId\":\"" + message.getMessageId() + "\",\"publishTime\":\""
                        + publishTime(message) + "\",\"orderingKey\":\"" + message.getOrderingKey()
                        + "\"},\"subscription\":\"projects/p/subscriptions/orders\"}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private void recover(PubSubServer broker, int lost) throws Exception {
        MessageFilter window =
                MessageFilter.builder().source("orders").range(LOST).build();
        try (BlobStore store = BlobStore.over(FileDriver.open(folder.resolve("archive")));
                MessagePublisher target = open(broker, "recovered");
                Checkpoint checkpoint = Checkpoint.open(folder.resolve("checkpoint"), "the story")) {
            Archive archive = Archive.on(store).build();
            ArchiveStatistics all = archive.statistics(MessageFilter.ALL);
            Verification whole = archive.verify(MessageFilter.ALL, List.of());
            assertThat(whole.isGood()).isTrue();
            assertThat(whole.messages() - whole.duplicateCount()).isEqualTo(MESSAGES);
            assertThat(all.messages()).isEqualTo(whole.messages());

            Replay replay =
                    Replay.of(archive, window).to(target).checkpoint(checkpoint).build();
            ReplayReport plan = replay.plan();
            assertThat(plan.planned()).isEqualTo(lost);
            assertThat(plan.losses()).isEmpty();
            assertThat(broker.published("p", "recovered"))
                    .as("a plan publishes nothing")
                    .isEmpty();

            ReplayReport report = replay.run();
            assertThat(report.isComplete()).isTrue();
            assertThat(report.published()).isEqualTo(lost);
        }
    }

    private static List<PubsubMessage> receive(PubSubServer broker, int count) throws Exception {
        List<PubsubMessage> received = Collections.synchronizedList(new ArrayList<>());
        ManagedChannel channel = ManagedChannelBuilder.forTarget(broker.emulatorHost())
                .usePlaintext()
                .build();
        MessageReceiver receiver = (message, reply) -> {
            received.add(message);
            reply.ack();
        };
        Subscriber consumer = Subscriber.newBuilder("projects/p/subscriptions/consumer", receiver)
                .setChannelProvider(FixedTransportChannelProvider.create(GrpcTransportChannel.create(channel)))
                .setCredentialsProvider(NoCredentialsProvider.create())
                .build();
        consumer.startAsync().awaitRunning();
        try {
            await().atMost(Duration.ofMinutes(2)).until(() -> broker.unacknowledged("p", "consumer") == 0);
        } finally {
            consumer.stopAsync().awaitTerminated(30, TimeUnit.SECONDS);
            channel.shutdownNow();
        }
        assertThat(received).hasSize(count);
        return List.copyOf(received);
    }
}
