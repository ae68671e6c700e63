package dev.persistor.gcp;

import com.google.cloud.pubsub.v1.stub.PublisherStub;
import com.google.protobuf.CodedOutputStream;
import com.google.pubsub.v1.PublishRequest;
import com.google.pubsub.v1.PubsubMessage;
import dev.persistor.core.message.Message;
import dev.persistor.core.replay.BatchTarget;
import dev.persistor.core.replay.PublishException;
import dev.persistor.core.replay.Published;
import java.util.List;
import java.util.Optional;

/**
 * A topic that takes messages in batches. All of a request's messages have the same ordering key, as Pub/Sub wants it.
 *
 * <p>Thread-safe.
 *
 * @param name the topic's whole name
 * @param client it is closed with the topic
 */
record PubSubTopic(String name, PublisherStub client) implements BatchTarget {

    // https://cloud.google.com/pubsub/quotas#resource_limits
    private static final int MAX_MESSAGES = 1_000;
    /** A tenth of what Pub/Sub takes, since a request that fails is sent again as a whole. */
    private static final int MAX_BYTES = 1_000_000;

    @Override
    public Optional<String> batchKey(Message message) {
        return message.orderingKey();
    }

    @Override
    public Batch open(Optional<String> key) {
        return new Request();
    }

    @Override
    public List<String> losses(Message message) {
        return PubSubMapping.of(message, name).losses();
    }

    /** The client waits by itself where it is told to. */
    @Override
    public boolean isBusy(RuntimeException failure) {
        return false;
    }

    @Override
    public PublishException translate(String what, RuntimeException failure) {
        return PubSubErrors.translate(what, failure);
    }

    @Override
    public void close() {
        client.close();
    }

    @Override
    public String toString() {
        return name;
    }

    /** Messages of one request. Not thread-safe. */
    private final class Request implements Batch {

        private final PublishRequest.Builder request =
                PublishRequest.newBuilder().setTopic(name);
        private int bytes = request.build().getSerializedSize();

        @Override
        public boolean tryAdd(Message message) {
            PubSubMapping mapping = PubSubMapping.of(message, name);
            mapping.refusal().ifPresent(refusal -> {
                throw new PublishException("publish " + message.id() + " to " + name + ": " + refusal, false, null);
            });
            PubsubMessage sent = mapping.message();
            int size = CodedOutputStream.computeMessageSize(PublishRequest.MESSAGES_FIELD_NUMBER, sent);
            int count = request.getMessagesCount();
            // A message that Pub/Sub takes, however large, goes at least alone.
            if (count > 0 && (count >= MAX_MESSAGES || bytes + size > MAX_BYTES)) {
                return false;
            }
            request.addMessages(sent);
            bytes += size;
            return true;
        }

        @Override
        public int maxBytes() {
            return PubSubMapping.REQUEST_BYTES;
        }

        @Override
        public List<Published> send() {
            List<String> ids = client.publishCallable().call(request.build()).getMessageIdsList();
            if (ids.size() != request.getMessagesCount()) {
                throw new PublishException(
                        "publish to " + name + ": Pub/Sub answers " + ids.size() + " ids to "
                                + request.getMessagesCount() + " messages",
                        true,
                        null);
            }
            return ids.stream().map(Published::as).toList();
        }
    }
}
