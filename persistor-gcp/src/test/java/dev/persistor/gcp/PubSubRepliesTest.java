package dev.persistor.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.api.gax.rpc.ClientStream;
import com.google.api.gax.rpc.NotFoundException;
import com.google.api.gax.rpc.ResponseObserver;
import com.google.api.gax.rpc.StreamController;
import com.google.cloud.pubsub.v1.AckReplyConsumer;
import com.google.cloud.pubsub.v1.stub.SubscriberStub;
import com.google.pubsub.v1.AcknowledgeRequest;
import com.google.pubsub.v1.ModifyAckDeadlineRequest;
import com.google.pubsub.v1.PullRequest;
import com.google.pubsub.v1.ReceivedMessage;
import com.google.pubsub.v1.StreamingPullRequest;
import com.google.pubsub.v1.StreamingPullResponse;
import dev.persistor.testkit.gcp.PubSubServer;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is known of replies, by calls of Google's generated client to a server on this machine. */
class PubSubRepliesTest {

    private static final String SUBSCRIPTION = "projects/project/subscriptions/orders";
    private static final Duration AT_ONCE = Duration.ZERO;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int DEADLINE_SECONDS = 600;

    private final PubSubReplies replies = new PubSubReplies();
    private PubSubServer server;
    private SubscriberStub client;

    @BeforeEach
    void open() throws IOException {
        server = PubSubServer.start(Clock.systemUTC());
        server.createTopic("project", "topic");
        server.createSubscription("project", "orders", "topic", Duration.ofSeconds(DEADLINE_SECONDS), false);
        client = PubSubSubscription.clientSettings(Optional.of(server.emulatorHost()), replies)
                .build()
                .createStub();
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private List<String> received(int messages) {
        new PublishedMessages(server, "project", "topic", SUBSCRIPTION).publish(messages);
        PullRequest request = PullRequest.newBuilder()
                .setSubscription(SUBSCRIPTION)
                .setMaxMessages(messages)
                .build();
        return client.pullCallable().call(request).getReceivedMessagesList().stream()
                .map(ReceivedMessage::getAckId)
                .toList();
    }

    private void acknowledge(List<String> ackIds) {
        acknowledge(SUBSCRIPTION, ackIds);
    }

    private void acknowledge(String subscription, List<String> ackIds) {
        client.acknowledgeCallable()
                .call(AcknowledgeRequest.newBuilder()
                        .setSubscription(subscription)
                        .addAllAckIds(ackIds)
                        .build());
    }

    private void changeDeadline(List<String> ackIds, int seconds) {
        client.modifyAckDeadlineCallable()
                .call(ModifyAckDeadlineRequest.newBuilder()
                        .setSubscription(SUBSCRIPTION)
                        .addAllAckIds(ackIds)
                        .setAckDeadlineSeconds(seconds)
                        .build());
    }

    private static List<AckReplyConsumer> deliveries(int messages, CountDownLatch acks, CountDownLatch nacks) {
        return Collections.nCopies(messages, new AckReplyConsumer() {
            @Override
            public void ack() {
                acks.countDown();
            }

            @Override
            public void nack() {
                nacks.countDown();
            }
        });
    }

    @Test
    void repliesHaveArrivedWhenPubSubHasTakenThem() {
        CountDownLatch acks = new CountDownLatch(3);
        CountDownLatch nacks = new CountDownLatch(2);
        List<String> ackIds = received(5);
        assertThat(replies.awaitArrival(AT_ONCE)).isZero();

        replies.acknowledge(deliveries(3, acks, nacks));
        replies.giveBack(deliveries(2, acks, nacks));

        assertThat(acks.getCount()).isZero();
        assertThat(nacks.getCount()).isZero();
        assertThat(replies.awaitArrival(AT_ONCE)).isEqualTo(5);
        acknowledge(ackIds.subList(0, 3));
        assertThat(replies.awaitArrival(AT_ONCE)).isEqualTo(2);
        changeDeadline(ackIds.subList(3, 5), DEADLINE_SECONDS);
        assertThat(replies.awaitArrival(AT_ONCE)).as("still held").isEqualTo(2);
        changeDeadline(ackIds.subList(3, 5), 0);
        assertThat(replies.awaitArrival(AT_ONCE)).isZero();
    }

    @Test
    void aReplyThatPubSubRefusesHasNotArrived() {
        List<String> ackIds = received(1);
        replies.acknowledge(deliveries(1, new CountDownLatch(1), new CountDownLatch(0)));

        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(() -> acknowledge("projects/project/subscriptions/none", ackIds));
        assertThat(replies.awaitArrival(AT_ONCE)).isEqualTo(1);

        acknowledge(ackIds);
        assertThat(replies.awaitArrival(AT_ONCE)).isZero();
    }

    @Test
    void whoWaitsIsTold() throws Exception {
        List<String> ackIds = received(1);
        replies.acknowledge(deliveries(1, new CountDownLatch(1), new CountDownLatch(0)));
        CompletableFuture<Long> missing = CompletableFuture.supplyAsync(() -> replies.awaitArrival(PATIENCE));

        acknowledge(ackIds);

        assertThat(missing.get()).isZero();
    }

    /** What a stream tells its client. */
    private static final class Observed implements ResponseObserver<StreamingPullResponse> {
        private final CompletableFuture<StreamingPullResponse> first = new CompletableFuture<>();
        private final CompletableFuture<Throwable> end = new CompletableFuture<>();

        @Override
        public void onStart(StreamController controller) {}

        @Override
        public void onResponse(StreamingPullResponse response) {
            first.complete(response);
        }

        @Override
        public void onError(Throwable failure) {
            end.complete(failure);
        }

        @Override
        public void onComplete() {
            end.complete(new IllegalStateException("it ended well"));
        }
    }

    private ClientStream<StreamingPullRequest> stream(Observed observed) {
        ClientStream<StreamingPullRequest> stream =
                client.streamingPullCallable().splitCall(observed);
        stream.send(StreamingPullRequest.newBuilder()
                .setSubscription(SUBSCRIPTION)
                .setStreamAckDeadlineSeconds(DEADLINE_SECONDS)
                .build());
        return stream;
    }

    @Test
    void streamsThatAreEndedBringNothingAndTakeNothingAway() throws Exception {
        PublishedMessages messages = new PublishedMessages(server, "project", "topic", SUBSCRIPTION);
        messages.publish(1);
        Observed before = new Observed();
        stream(before);
        assertThat(before.first.get().getReceivedMessagesCount()).isEqualTo(1);

        replies.endStreams();
        assertThat(before.end.get()).hasMessageContaining("the run is over");
        Observed after = new Observed();
        ClientStream<StreamingPullRequest> ended = stream(after);
        messages.publish(1);

        PullRequest rest = PullRequest.newBuilder()
                .setSubscription(SUBSCRIPTION)
                .setMaxMessages(10)
                .build();
        assertThat(client.pullCallable().call(rest).getReceivedMessagesCount())
                .as("what no stream has")
                .isEqualTo(1);
        assertThat(after.first).isNotDone();
        ended.closeSendWithError(new IllegalStateException("stopped"));
        assertThat(after.end.get()).hasMessageContaining("CANCELLED");
    }
}
