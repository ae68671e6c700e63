package dev.persistor.gcp;

import com.google.protobuf.ByteString;
import com.google.pubsub.v1.PublishRequest;
import com.google.pubsub.v1.PublishResponse;
import com.google.pubsub.v1.PublisherGrpc;
import com.google.pubsub.v1.PubsubMessage;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.testkit.gcp.PubSubServer;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Messages that are published to a topic of a Pub/Sub server, and what they are once they are archived. */
record PublishedMessages(PubSubServer pubSub, String project, String topic, String subscription) {

    private static final int A_REQUEST = 1_000;

    void publish(int count) {
        ManagedChannel channel = NettyChannelBuilder.forTarget(pubSub.emulatorHost())
                .usePlaintext()
                .build();
        try {
            for (int first = 0; first < count; first += A_REQUEST) {
                PublishResponse unused = PublisherGrpc.newBlockingStub(channel)
                        .publish(PublishRequest.newBuilder()
                                .setTopic("projects/" + project + "/topics/" + topic)
                                .addAllMessages(IntStream.range(first, Math.min(count, first + A_REQUEST))
                                        .mapToObj(PublishedMessages::message)
                                        .toList())
                                .build());
            }
        } finally {
            channel.shutdownNow();
        }
    }

    private static PubsubMessage message(int number) {
        byte[] payload = new byte[number % 700];
        new Random(number).nextBytes(payload);
        return PubsubMessage.newBuilder()
                .setData(ByteString.copyFrom(payload))
                .putAttributes("number", Integer.toString(number))
                .putAttributes("kind", "é😀")
                .setOrderingKey(number % 3 == 0 ? "key/" + number % 5 : "")
                .build();
    }

    /** Returns what was published so far, as it is to be archived. */
    List<Message> messages(String source) {
        return pubSub.published(project, topic).stream()
                .map(message -> Message.builder()
                        .id(message.getMessageId())
                        .source(source)
                        .publishTime(Instant.ofEpochSecond(
                                message.getPublishTime().getSeconds(),
                                message.getPublishTime().getNanos()))
                        .payload(message.getData().toByteArray())
                        .attributes(Attributes.ofUnordered(message.getAttributesMap()))
                        .orderingKey(message.getOrderingKey())
                        .brokerProperties(Attributes.builder()
                                .add(BrokerProperties.SUBSCRIPTION, subscription)
                                .build())
                        .build())
                .toList();
    }
}
