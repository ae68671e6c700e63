package dev.persistor.testkit.gcp;

import com.google.pubsub.v1.ReceivedMessage;
import com.google.pubsub.v1.StreamingPullRequest;
import com.google.pubsub.v1.StreamingPullResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One stream of messages to a subscriber. It sends only while the client takes, and one answer at a time. */
final class StreamingPull implements StreamObserver<StreamingPullRequest> {

    private static final int MOST_AT_A_TIME = 100;

    private final PubSubTopics topics;
    private final ServerCallStreamObserver<StreamingPullResponse> answer;
    private final Runnable pump = this::pump;
    private @Nullable PubSubSubscription subscription;
    private Duration deadline = Duration.ofSeconds(10);
    private boolean ended;

    StreamingPull(PubSubTopics topics, ServerCallStreamObserver<StreamingPullResponse> answer) {
        this.topics = topics;
        this.answer = answer;
        answer.setOnReadyHandler(pump);
        answer.setOnCancelHandler(this::end);
    }

    @Override
    public void onNext(StreamingPullRequest request) {
        try {
            // Only the first request names the subscription. Topics are never asked within this stream's lock, since
            // they
            // run the pump within theirs.
            PubSubSubscription known = request.getSubscription().isEmpty()
                    ? subscribed()
                    : subscribe(topics.subscription(request.getSubscription()), request);
            known.acknowledge(request.getAckIdsList());
            for (int i = 0; i < request.getModifyDeadlineAckIdsCount(); i++) {
                known.modifyDeadline(
                        List.of(request.getModifyDeadlineAckIds(i)),
                        Duration.ofSeconds(request.getModifyDeadlineSeconds(i)));
            }
            pump();
        } catch (StatusRuntimeException e) {
            end();
            answer.onError(e);
        }
    }

    private synchronized PubSubSubscription subscribe(PubSubSubscription named, StreamingPullRequest request) {
        deadline = Duration.ofSeconds(request.getStreamAckDeadlineSeconds());
        subscription = named;
        named.addListener(pump);
        return named;
    }

    private synchronized PubSubSubscription subscribed() {
        if (subscription == null) {
            throw Status.INVALID_ARGUMENT
                    .withDescription("The first request names no subscription.")
                    .asRuntimeException();
        }
        return subscription;
    }

    private synchronized void pump() {
        while (subscription != null && !ended && answer.isReady()) {
            List<ReceivedMessage> messages = subscription.take(MOST_AT_A_TIME, deadline);
            if (messages.isEmpty()) {
                return;
            }
            answer.onNext(StreamingPullResponse.newBuilder()
                    .addAllReceivedMessages(messages)
                    .build());
        }
    }

    /** What was sent and is not acknowledged comes again when its deadline passes. */
    private synchronized void end() {
        ended = true;
        if (subscription != null) {
            subscription.removeListener(pump);
        }
    }

    /** Breaks the stream off; one that is over already stays so. */
    void fail(Status status) {
        boolean open;
        synchronized (this) {
            open = !ended;
            end();
        }
        if (open) {
            answer.onError(status.asRuntimeException());
        }
    }

    @Override
    public void onError(Throwable failure) {
        end();
    }

    @Override
    public void onCompleted() {
        boolean open;
        synchronized (this) {
            open = !ended;
            end();
        }
        if (open) {
            answer.onCompleted();
        }
    }
}
