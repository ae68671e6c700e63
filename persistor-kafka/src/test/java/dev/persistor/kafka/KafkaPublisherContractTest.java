package dev.persistor.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.message.Message;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.MessagePublishers;
import dev.persistor.testkit.MessagePublisherContract;
import dev.persistor.testkit.kafka.KafkaBroker;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka's client and Kafka's broker, with a proxy between them that loses and refuses what it is told to. */
class KafkaPublisherContractTest extends MessagePublisherContract {

    private static final int MAX_MESSAGE_BYTES = 1_048_588;

    private static @TempDir Path folder;
    private static KafkaProxy proxy;
    private static KafkaBroker broker;
    private static final AtomicInteger TOPICS = new AtomicInteger();

    @BeforeAll
    static void startBroker() throws Exception {
        proxy = new KafkaProxy();
        broker = KafkaBroker.start(folder, Map.of("advertised.listeners", "PLAINTEXT://" + proxy.address()));
        proxy.passOnTo(broker.servers());
    }

    @AfterAll
    static void stopBroker() throws IOException {
        broker.close();
        proxy.close();
    }

    @Override
    protected Target start() throws Exception {
        String topic = "contract-" + TOPICS.incrementAndGet();
        // One partition, so that there is an order of arrival; and the messages are old.
        broker.create(topic, 1, Map.of("retention.ms", "-1"));
        return new Topic(topic);
    }

    @Override
    protected Capabilities capabilities() {
        return new Capabilities(1_000_000, MAX_MESSAGE_BYTES, true, false, true, true);
    }

    /** The producer sends again, and the broker knows that it has it. */
    @Test
    void aLostAnswerMakesNoSecondCopy() throws Exception {
        Target topic = start();
        try (MessagePublisher publisher = topic.open()) {
            proxy.loseNextAnswer();
            publisher
                    .publish(Message.builder()
                            .id("1")
                            .source("orders")
                            .publishTime(Instant.now())
                            .build())
                    .get(60, TimeUnit.SECONDS);
        }
        assertThat(topic.arrived()).hasSize(1);
    }

    private record Topic(String name) implements Target {

        @Override
        public MessagePublisher open() {
            return MessagePublishers.open(URI.create("kafka://" + proxy.address() + "/" + name), Map.of());
        }

        @Override
        public List<Arrived> arrived() {
            KafkaMessages messages = new KafkaMessages(Optional.empty());
            // Hundreds of megabytes of one payload are kept once.
            Map<ByteBuffer, ByteBuffer> payloads = new HashMap<>();
            List<Arrived> arrived = new ArrayList<>();
            broker.each(name, "read_committed", record -> {
                Message message = messages.message(record, "", OptionalLong.empty());
                ByteBuffer payload = payloads.computeIfAbsent(message.payload(), same -> same);
                arrived.add(Arrived.of(message.toBuilder().payload(payload).build()));
            });
            return arrived;
        }

        @Override
        public void refuseNext() {
            proxy.refuseNext();
        }

        @Override
        public void loseNextAnswer() {
            proxy.loseNextAnswer();
        }

        @Override
        public void hold() {
            proxy.hold();
        }

        @Override
        public void release() {
            proxy.release();
        }

        @Override
        public void close() {}
    }
}
