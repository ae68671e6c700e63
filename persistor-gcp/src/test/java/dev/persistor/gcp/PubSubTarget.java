package dev.persistor.gcp;

import com.google.pubsub.v1.PubsubMessage;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.MessagePublishers;
import dev.persistor.testkit.MessagePublisherContract;
import dev.persistor.testkit.gcp.PubSubServer;
import io.grpc.Status;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A topic on the testkit's server. */
final class PubSubTarget implements MessagePublisherContract.Target {

    static final String TOPIC = "projects/project/topics/topic";

    private final PubSubServer server;

    PubSubTarget() throws IOException {
        server = PubSubServer.start(Clock.systemUTC());
        server.createTopic("project", "topic");
    }

    @Override
    public MessagePublisher open() {
        return MessagePublishers.open(
                URI.create("pubsub://project/topic"), Map.of("PUBSUB_EMULATOR_HOST", server.emulatorHost()));
    }

    @Override
    public List<MessagePublisherContract.Arrived> arrived() {
        return server.published("project", "topic").stream()
                .map(PubSubTarget::arrived)
                .toList();
    }

    private static MessagePublisherContract.Arrived arrived(PubsubMessage message) {
        return MessagePublisherContract.Arrived.withSingleValues(
                message.getData().asReadOnlyByteBuffer(),
                message.getAttributesMap().entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, entry -> AttributeValue.of(entry.getValue()))),
                Optional.of(message.getOrderingKey()).filter(key -> !key.isEmpty()));
    }

    @Override
    public void refuseNext() {
        server.refusePublishes(1, Status.PERMISSION_DENIED.withDescription("no"));
    }

    @Override
    public void loseNextAnswer() {
        server.loseAnswers(1, Status.UNAVAILABLE);
    }

    @Override
    public void hold() {
        server.holdPublishes();
    }

    @Override
    public void release() {
        server.releasePublishes();
    }

    @Override
    public void close() {
        server.close();
    }
}
