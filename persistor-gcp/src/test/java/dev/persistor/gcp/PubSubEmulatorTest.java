package dev.persistor.gcp;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Empty;
import com.google.pubsub.v1.AcknowledgeRequest;
import com.google.pubsub.v1.PublisherGrpc;
import com.google.pubsub.v1.PubsubMessage;
import com.google.pubsub.v1.PullRequest;
import com.google.pubsub.v1.ReceivedMessage;
import com.google.pubsub.v1.SubscriberGrpc;
import com.google.pubsub.v1.SubscriberGrpc.SubscriberBlockingStub;
import com.google.pubsub.v1.Subscription;
import com.google.pubsub.v1.Topic;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.MessagePublishers;
import dev.persistor.core.replay.Published;
import dev.persistor.testkit.EnabledIfDockerAnswers;
import dev.persistor.testkit.MessageGenerator;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** What arrives on Pub/Sub as Google's own emulator has it, in a container. */
@EnabledIfDockerAnswers
class PubSubEmulatorTest {

    private static final DockerImageName IMAGE =
            DockerImageName.parse("gcr.io/google.com/cloudsdktool/google-cloud-cli:emulators");
    private static final int PORT = 8085;
    private static final int MESSAGES = 500;
    private static final String SUBSCRIPTION = "projects/project/subscriptions/orders";

    private static GenericContainer<?> emulator;
    private static String host;

    @BeforeAll
    static void startEmulator() {
        emulator = new GenericContainer<>(IMAGE)
                .withCommand("gcloud", "beta", "emulators", "pubsub", "start", "--host-port=0.0.0.0:" + PORT)
                .withExposedPorts(PORT)
                .waitingFor(Wait.forLogMessage(".*Server started.*", 1));
        emulator.start();
        host = emulator.getHost() + ":" + emulator.getMappedPort(PORT);
    }

    @AfterAll
    static void stopEmulator() {
        emulator.stop();
    }

    private static Message message(int number, byte[] payload) {
        Message.Builder message = Message.builder()
                .id("unused")
                .source("test")
                .publishTime(Instant.EPOCH)
                .attributes(Attributes.builder()
                        .add("number", Integer.toString(number))
                        .add("kind", "\u00e9\uD83D\uDE00")
                        .build())
                .payload(payload);
        return number % 10 == 0
                ? message.build()
                : message.orderingKey("key/" + number % 7).build();
    }

    private static void createTopicAndSubscription(ManagedChannel channel) {
        Topic topic = PublisherGrpc.newBlockingStub(channel)
                .createTopic(Topic.newBuilder()
                        .setName("projects/project/topics/orders")
                        .build());
        Subscription unused = SubscriberGrpc.newBlockingStub(channel)
                .createSubscription(Subscription.newBuilder()
                        .setName(SUBSCRIPTION)
                        .setTopic(topic.getName())
                        .setAckDeadlineSeconds(60)
                        .setEnableMessageOrdering(true)
                        .build());
    }

    private static void publish(List<Message> messages) throws InterruptedException {
        try (MessagePublisher publisher =
                MessagePublishers.open(URI.create("pubsub://project/orders"), Map.of("PUBSUB_EMULATOR_HOST", host))) {
            List<CompletableFuture<Published>> answers = new ArrayList<>();
            for (Message message : messages) {
                answers.add(publisher.publish(message));
            }
            assertThat(answers)
                    .extracting(answer -> answer.join().id())
                    .doesNotHaveDuplicates()
                    .allMatch(id -> id.isPresent());
        }
    }

    private static void pull(SubscriberBlockingStub subscriber, List<PubsubMessage> received) {
        List<ReceivedMessage> some = subscriber
                .pull(PullRequest.newBuilder()
                        .setSubscription(SUBSCRIPTION)
                        .setMaxMessages(100)
                        .build())
                .getReceivedMessagesList();
        if (!some.isEmpty()) {
            some.forEach(each -> received.add(each.getMessage()));
            Empty unused = subscriber.acknowledge(AcknowledgeRequest.newBuilder()
                    .setSubscription(SUBSCRIPTION)
                    .addAllAckIds(some.stream().map(ReceivedMessage::getAckId).toList())
                    .build());
        }
    }

    @Test
    void allMessagesArriveByteForByteInTheOrderOfTheirKeys() throws InterruptedException {
        MessageGenerator generator = new MessageGenerator(1);
        List<Message> messages = IntStream.range(0, MESSAGES)
                .mapToObj(number -> message(number, generator.bytes(number)))
                .toList();
        ManagedChannel channel = ManagedChannelBuilder.forTarget(host)
                .usePlaintext()
                .maxInboundMessageSize(64 << 20)
                .build();
        List<PubsubMessage> received = new ArrayList<>();
        try {
            createTopicAndSubscription(channel);
            publish(messages);
            SubscriberBlockingStub subscriber = SubscriberGrpc.newBlockingStub(channel);
            await().atMost(Duration.ofMinutes(1)).until(() -> {
                pull(subscriber, received);
                return received.size() >= MESSAGES;
            });
        } finally {
            channel.shutdownNow();
        }
        assertThat(received.stream().map(PubSubEmulatorTest::seen))
                .containsExactlyInAnyOrderElementsOf(messages.stream()
                        .map(message -> seen(PubSubMapping.of(message, "projects/project/topics/orders")
                                .message()))
                        .toList());
        assertThat(numbersByKey(received))
                .isEqualTo(numbersByKey(messages.stream()
                        .map(message -> PubSubMapping.of(message, "projects/project/topics/orders")
                                .message())
                        .toList()));
    }

    /** What a consumer sees, without what the service gives. */
    private static PubsubMessage seen(PubsubMessage message) {
        return message.toBuilder().clearMessageId().clearPublishTime().build();
    }

    private static Map<String, List<String>> numbersByKey(List<PubsubMessage> messages) {
        return messages.stream()
                .filter(message -> !message.getOrderingKey().isEmpty())
                .collect(groupingBy(
                        PubsubMessage::getOrderingKey,
                        mapping(message -> message.getAttributesOrThrow("number"), toList())));
    }
}
