package dev.persistor.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.grpc.GrpcTransportChannel;
import com.google.api.gax.rpc.FixedTransportChannelProvider;
import com.google.cloud.pubsub.v1.MessageReceiver;
import com.google.cloud.pubsub.v1.Subscriber;
import dev.persistor.core.message.Message;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.MessagePublishers;
import dev.persistor.core.replay.Published;
import dev.persistor.testkit.gcp.PubSubServer;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The testkit's server, as Google's subscriber sees it. */
class PubSubServerTest {

    private static final int MESSAGES = 500;

    private final Set<String> refusedOnce = ConcurrentHashMap.newKeySet();
    private final List<String> acknowledged = Collections.synchronizedList(new ArrayList<>());
    private PubSubServer server;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws Exception {
        server = PubSubServer.start(Clock.systemUTC());
        server.createTopic("p", "topic");
        channel = ManagedChannelBuilder.forTarget(server.emulatorHost())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.close();
    }

    private void publish(int keys) throws Exception {
        try (MessagePublisher publisher = MessagePublishers.open(
                URI.create("pubsub://p/topic"), Map.of("PUBSUB_EMULATOR_HOST", server.emulatorHost()))) {
            List<CompletableFuture<Published>> futures = new ArrayList<>();
            for (int i = 0; i < MESSAGES; i++) {
                Message.Builder message = Message.builder()
                        .id("x")
                        .source("t")
                        .publishTime(Instant.EPOCH)
                        .payload(Integer.toString(i).getBytes(StandardCharsets.UTF_8));
                futures.add(publisher.publish(
                        keys == 0
                                ? message.build()
                                : message.orderingKey("k" + i % keys).build()));
            }
            publisher.flush();
            for (CompletableFuture<Published> future : futures) {
                future.get(30, TimeUnit.SECONDS);
            }
        }
    }

    private void receiveAll(MessageReceiver receiver) {
        Subscriber subscriber = Subscriber.newBuilder("projects/p/subscriptions/s", receiver)
                .setChannelProvider(FixedTransportChannelProvider.create(GrpcTransportChannel.create(channel)))
                .setCredentialsProvider(NoCredentialsProvider.create())
                .build();
        subscriber.startAsync().awaitRunning();
        try {
            await().atMost(Duration.ofSeconds(60)).until(() -> server.unacknowledged("p", "s") == 0);
        } finally {
            subscriber.stopAsync().awaitTerminated();
        }
    }

    @Test
    void everyMessageComesUntilItIsAcknowledged() throws Exception {
        server.createSubscription("p", "s", "topic", Duration.ofSeconds(10), false);
        publish(0);
        Random random = new Random(1);
        receiveAll((message, reply) -> {
            boolean refuses;
            synchronized (random) {
                refuses = random.nextInt(4) == 0;
            }
            if (refuses && refusedOnce.add(message.getMessageId())) {
                reply.nack();
            } else {
                acknowledged.add(message.getData().toStringUtf8());
                reply.ack();
            }
        });
        assertThat(refusedOnce).isNotEmpty();
        assertThat(acknowledged).hasSize(MESSAGES).doesNotHaveDuplicates();
        assertThat(server.published("p", "topic")).hasSize(MESSAGES);
    }

    @Test
    void messagesOfAKeyComeInTheirOrderAlsoAfterARefusal() throws Exception {
        server.createSubscription("p", "s", "topic", Duration.ofSeconds(10), true);
        publish(7);
        receiveAll((message, reply) -> {
            if (Integer.parseInt(message.getData().toStringUtf8()) % 10 == 3
                    && refusedOnce.add(message.getMessageId())) {
                reply.nack();
            } else {
                acknowledged.add(message.getData().toStringUtf8());
                reply.ack();
            }
        });
        for (int key = 0; key < 7; key++) {
            int remainder = key;
            assertThat(acknowledged.stream().map(Integer::valueOf).filter(number -> number % 7 == remainder))
                    .as("key %d", key)
                    .isSorted();
        }
        assertThat(acknowledged).hasSize(MESSAGES).doesNotHaveDuplicates();
    }
}
