package dev.persistor.testkit.gcp;

import com.google.protobuf.Empty;
import com.google.protobuf.Timestamp;
import com.google.pubsub.v1.AcknowledgeRequest;
import com.google.pubsub.v1.CreateSnapshotRequest;
import com.google.pubsub.v1.GetSubscriptionRequest;
import com.google.pubsub.v1.ModifyAckDeadlineRequest;
import com.google.pubsub.v1.PullRequest;
import com.google.pubsub.v1.PullResponse;
import com.google.pubsub.v1.SeekRequest;
import com.google.pubsub.v1.SeekResponse;
import com.google.pubsub.v1.Snapshot;
import com.google.pubsub.v1.StreamingPullRequest;
import com.google.pubsub.v1.StreamingPullResponse;
import com.google.pubsub.v1.SubscriberGrpc;
import com.google.pubsub.v1.Subscription;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The service that subscribers call. Acknowledgements come as calls of their own, and in the stream. */
final class SubscriberService extends SubscriberGrpc.SubscriberImplBase {

    private final PubSubTopics topics;
    private final PubSubFaults pullFaults;
    private final Map<String, Set<String>> snapshots = new ConcurrentHashMap<>();
    private final Set<StreamingPull> streams = ConcurrentHashMap.newKeySet();

    SubscriberService(PubSubTopics topics, PubSubFaults pullFaults) {
        this.topics = topics;
        this.pullFaults = pullFaults;
    }

    /** Ends the streams that are open. */
    void breakStreams(Status status) {
        streams.forEach(stream -> stream.fail(status));
        streams.clear();
    }

    @Override
    public void createSubscription(Subscription request, StreamObserver<Subscription> answer) {
        Calls.answer(answer, () -> {
            int seconds = request.getAckDeadlineSeconds() == 0 ? 10 : request.getAckDeadlineSeconds();
            topics.createSubscription(
                    request.getName(),
                    request.getTopic(),
                    Duration.ofSeconds(seconds),
                    request.getEnableMessageOrdering());
            return request;
        });
    }

    @Override
    public void getSubscription(GetSubscriptionRequest request, StreamObserver<Subscription> answer) {
        Calls.answer(answer, () -> {
            PubSubSubscription subscription = topics.subscription(request.getSubscription());
            return Subscription.newBuilder()
                    .setName(request.getSubscription())
                    .setAckDeadlineSeconds((int) subscription.ackDeadline().toSeconds())
                    .setEnableMessageOrdering(subscription.isOrdered())
                    .build();
        });
    }

    /** Answers at once, with what there is. */
    @Override
    public void pull(PullRequest request, StreamObserver<PullResponse> answer) {
        Calls.answer(
                answer,
                () -> pullFaults.around(() -> {
                    PubSubSubscription subscription = topics.subscription(request.getSubscription());
                    return PullResponse.newBuilder()
                            .addAllReceivedMessages(
                                    subscription.take(request.getMaxMessages(), subscription.ackDeadline()))
                            .build();
                }));
    }

    @Override
    public void acknowledge(AcknowledgeRequest request, StreamObserver<Empty> answer) {
        Calls.answer(answer, () -> {
            topics.subscription(request.getSubscription()).acknowledge(request.getAckIdsList());
            return Empty.getDefaultInstance();
        });
    }

    @Override
    public void modifyAckDeadline(ModifyAckDeadlineRequest request, StreamObserver<Empty> answer) {
        Calls.answer(answer, () -> {
            topics.subscription(request.getSubscription())
                    .modifyDeadline(request.getAckIdsList(), Duration.ofSeconds(request.getAckDeadlineSeconds()));
            return Empty.getDefaultInstance();
        });
    }

    /** Keeps in mind what is acknowledged; what comes later is not. */
    @Override
    public void createSnapshot(CreateSnapshotRequest request, StreamObserver<Snapshot> answer) {
        Calls.answer(answer, () -> {
            snapshots.put(
                    request.getName(),
                    topics.subscription(request.getSubscription()).acknowledgedIds());
            return Snapshot.newBuilder().setName(request.getName()).build();
        });
    }

    private static Instant instant(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }

    @Override
    public void seek(SeekRequest request, StreamObserver<SeekResponse> answer) {
        Calls.answer(answer, () -> {
            PubSubSubscription subscription = topics.subscription(request.getSubscription());
            if (request.hasTime()) {
                Instant from = instant(request.getTime());
                subscription.seek(message -> !instant(message.getPublishTime()).isBefore(from));
            } else {
                Set<String> acknowledged = snapshots.get(request.getSnapshot());
                if (acknowledged == null) {
                    throw Status.NOT_FOUND
                            .withDescription("There is no snapshot " + request.getSnapshot())
                            .asRuntimeException();
                }
                subscription.seek(message -> !acknowledged.contains(message.getMessageId()));
            }
            return SeekResponse.getDefaultInstance();
        });
    }

    @Override
    public StreamObserver<StreamingPullRequest> streamingPull(StreamObserver<StreamingPullResponse> answer) {
        StreamingPull stream = new StreamingPull(topics, (ServerCallStreamObserver<StreamingPullResponse>) answer);
        streams.add(stream);
        return stream;
    }
}
