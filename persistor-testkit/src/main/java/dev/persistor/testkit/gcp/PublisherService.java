package dev.persistor.testkit.gcp;

import com.google.pubsub.v1.GetTopicRequest;
import com.google.pubsub.v1.PublishRequest;
import com.google.pubsub.v1.PublishResponse;
import com.google.pubsub.v1.PublisherGrpc;
import com.google.pubsub.v1.Topic;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;

/** The service that publishers call. */
final class PublisherService extends PublisherGrpc.PublisherImplBase {

    private final PubSubTopics topics;
    private final PubSubFaults faults;

    PublisherService(PubSubTopics topics, PubSubFaults faults) {
        this.topics = topics;
        this.faults = faults;
    }

    @Override
    public void createTopic(Topic request, StreamObserver<Topic> answer) {
        Calls.answer(answer, () -> {
            topics.createTopic(request.getName());
            return request;
        });
    }

    @Override
    public void getTopic(GetTopicRequest request, StreamObserver<Topic> answer) {
        Calls.answer(answer, () -> {
            if (!topics.hasTopic(request.getTopic())) {
                throw Status.NOT_FOUND.asRuntimeException();
            }
            return Topic.newBuilder().setName(request.getTopic()).build();
        });
    }

    @Override
    public void publish(PublishRequest request, StreamObserver<PublishResponse> answer) {
        Calls.answer(
                answer,
                () -> faults.around(() -> PublishResponse.newBuilder()
                        .addAllMessageIds(topics.publish(request.getTopic(), request.getMessagesList()))
                        .build()));
    }
}
