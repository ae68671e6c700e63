package dev.persistor.azure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.azure.core.util.BinaryData;
import com.azure.messaging.eventhubs.EventData;
import com.azure.messaging.eventhubs.EventDataBatch;
import com.azure.messaging.eventhubs.EventHubConsumerClient;
import com.azure.messaging.eventhubs.EventHubProducerClient;
import com.azure.messaging.eventhubs.models.CreateBatchOptions;
import com.azure.messaging.eventhubs.models.EventPosition;
import com.azure.messaging.eventhubs.models.PartitionEvent;
import com.azure.messaging.servicebus.ServiceBusMessage;
import com.azure.messaging.servicebus.ServiceBusMessageBatch;
import com.azure.messaging.servicebus.ServiceBusReceivedMessage;
import com.azure.messaging.servicebus.ServiceBusReceiverClient;
import com.azure.messaging.servicebus.ServiceBusSenderClient;
import com.azure.messaging.servicebus.ServiceBusSessionReceiverClient;
import com.azure.messaging.servicebus.models.SubQueue;
import dev.persistor.testkit.azure.AmqpMessage;
import dev.persistor.testkit.azure.AmqpServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The testkit's server, as Azure's own clients see it. */
class AmqpServerTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    private AmqpServer server;

    @BeforeEach
    void start() throws IOException {
        server = AmqpServer.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static List<String> texts(List<AmqpMessage> messages) {
        return messages.stream()
                .map(message -> new String(message.bytes(), UTF_8))
                .toList();
    }

    @Nested
    class Queues {

        @BeforeEach
        void add() {
            server.queue("orders");
        }

        private void send(String... bodies) {
            try (ServiceBusSenderClient sender = sender("orders")) {
                for (String body : bodies) {
                    sender.sendMessage(new ServiceBusMessage(body).setSessionId("session-" + body));
                }
            }
        }

        private ServiceBusSenderClient sender(String queue) {
            return AmqpClients.serviceBus(server).sender().queueName(queue).buildClient();
        }

        private ServiceBusReceiverClient receiver() {
            return AmqpClients.serviceBus(server).receiver().queueName("orders").buildClient();
        }

        private static ServiceBusReceivedMessage receive(ServiceBusReceiverClient receiver) {
            return receiver.receiveMessages(1, SOON).stream().findFirst().orElseThrow();
        }

        @Test
        void aSentMessageIsThereAsItWasSent() {
            try (ServiceBusSenderClient sender = sender("orders")) {
                ServiceBusMessage message =
                        new ServiceBusMessage("body").setMessageId("m-1").setSubject("order");
                message.getApplicationProperties().put("tries", 2);
                sender.sendMessage(message);
            }
            AmqpMessage stored = server.messages("orders").get(0);
            assertThat(stored.bytes()).asString().isEqualTo("body");
            assertThat(stored.sequenceNumber()).isEqualTo(1);
            assertThat(stored.applicationProperties()).containsEntry("tries", 2);
            assertThat(stored.properties()).containsEntry("message-id", "m-1").containsEntry("subject", "order");
        }

        @Test
        void aBatchIsTakenApart() {
            try (ServiceBusSenderClient sender = sender("orders")) {
                ServiceBusMessageBatch batch = sender.createMessageBatch();
                assertThat(batch.getMaxSizeInBytes()).isEqualTo(256 * 1024);
                IntStream.range(0, 100)
                        .forEach(i -> assertThat(batch.tryAddMessage(new ServiceBusMessage("m" + i)))
                                .isTrue());
                sender.sendMessages(batch);
            }
            assertThat(server.transfers()).isEqualTo(1);
            assertThat(texts(server.messages("orders")))
                    .isEqualTo(IntStream.range(0, 100).mapToObj(i -> "m" + i).toList());
        }

        @Test
        void aCompletedMessageDoesNotComeAgain() {
            send("a", "b");
            try (ServiceBusReceiverClient receiver = receiver()) {
                receiver.complete(receive(receiver));
                ServiceBusReceivedMessage second = receive(receiver);
                assertThat(second.getBody().toString()).isEqualTo("b");
                assertThat(second.getSequenceNumber()).isEqualTo(2);
                assertThat(second.getEnqueuedTime()).isNotNull();
                receiver.complete(second);
            }
        }

        @Test
        void anAbandonedMessageComesAgain() {
            send("a");
            try (ServiceBusReceiverClient receiver = receiver()) {
                receiver.abandon(receive(receiver));
                ServiceBusReceivedMessage again = receive(receiver);
                assertThat(again.getBody().toString()).isEqualTo("a");
                assertThat(again.getDeliveryCount()).isEqualTo(1);
            }
        }

        @Test
        void aLockEndsWithItsReceiver() {
            send("a");
            try (ServiceBusReceiverClient receiver = receiver()) {
                receive(receiver);
            }
            try (ServiceBusReceiverClient receiver = receiver()) {
                assertThat(receive(receiver).getBody().toString()).isEqualTo("a");
            }
        }

        @Test
        void aDeadLetteredMessageIsInTheDeadLetterQueue() {
            send("a");
            try (ServiceBusReceiverClient receiver = receiver()) {
                receiver.deadLetter(receive(receiver));
            }
            assertThat(texts(server.messages("orders/$DeadLetterQueue"))).containsExactly("a");
            try (ServiceBusReceiverClient dead = AmqpClients.serviceBus(server)
                    .receiver()
                    .queueName("orders")
                    .subQueue(SubQueue.DEAD_LETTER_QUEUE)
                    .buildClient()) {
                assertThat(receive(dead).getBody().toString()).isEqualTo("a");
            }
        }

        @Test
        void aSessionsReceiverGetsNoOthersMessages() {
            send("a", "b");
            try (ServiceBusSessionReceiverClient sessions = AmqpClients.serviceBus(server)
                            .sessionReceiver()
                            .queueName("orders")
                            .buildClient();
                    ServiceBusReceiverClient receiver = sessions.acceptSession("session-b")) {
                assertThat(receive(receiver).getBody().toString()).isEqualTo("b");
            }
        }

        @Test
        void aQueueThatIsNotThereIsNotFound() {
            try (ServiceBusSenderClient sender = sender("nowhere")) {
                assertThatThrownBy(() -> sender.sendMessage(new ServiceBusMessage("a")))
                        .hasStackTraceContaining("nowhere");
            }
        }

        @Test
        void aSubscriptionHasWhatItsTopicGets() {
            server.topic("news", "all");
            try (ServiceBusSenderClient sender =
                    AmqpClients.serviceBus(server).sender().topicName("news").buildClient()) {
                sender.sendMessage(new ServiceBusMessage(BinaryData.fromString("a")));
            }
            assertThat(texts(server.messages("news"))).containsExactly("a");
            try (ServiceBusReceiverClient receiver = AmqpClients.serviceBus(server)
                    .receiver()
                    .topicName("news")
                    .subscriptionName("all")
                    .buildClient()) {
                assertThat(receive(receiver).getBody().toString()).isEqualTo("a");
            }
        }
    }

    @Nested
    class Hubs {

        @BeforeEach
        void add() {
            server.hub("telemetry", 4);
        }

        private EventHubProducerClient producer() {
            return AmqpClients.eventHubs(server, "telemetry").buildProducerClient();
        }

        private EventHubConsumerClient consumer() {
            return AmqpClients.eventHubs(server, "telemetry")
                    .consumerGroup("$Default")
                    .buildConsumerClient();
        }

        private static void send(EventHubProducerClient producer, CreateBatchOptions options, String... bodies) {
            EventDataBatch batch = producer.createBatch(options);
            for (String body : bodies) {
                assertThat(batch.tryAdd(new EventData(body))).isTrue();
            }
            producer.send(batch);
        }

        private List<String> read(EventHubConsumerClient consumer, String partition, EventPosition from, int count) {
            return consumer.receiveFromPartition(partition, count, from, SOON).stream()
                    .map(PartitionEvent::getData)
                    .map(EventData::getBodyAsString)
                    .toList();
        }

        @Test
        void theEventsOfAKeyShareAPartitionInOrder() {
            try (EventHubProducerClient producer = producer()) {
                send(producer, new CreateBatchOptions().setPartitionKey("k"), "a", "b");
                send(producer, new CreateBatchOptions().setPartitionKey("k"), "c");
            }
            List<AmqpMessage> stored = server.messages("telemetry");
            assertThat(texts(stored)).containsExactly("a", "b", "c");
            assertThat(stored)
                    .extracting(AmqpMessage::partition)
                    .containsOnly(stored.get(0).partition());
            assertThat(stored).extracting(AmqpMessage::sequenceNumber).containsExactly(0L, 1L, 2L);
            assertThat(stored.get(2).annotations()).containsEntry("x-opt-partition-key", "k");
        }

        @Test
        void aConsumerReadsAPartitionFromAnyPlace() {
            try (EventHubProducerClient producer = producer();
                    EventHubConsumerClient consumer = consumer()) {
                send(producer, new CreateBatchOptions().setPartitionId("2"), "a", "b", "c");
                assertThat(read(consumer, "2", EventPosition.earliest(), 3)).containsExactly("a", "b", "c");
                assertThat(read(consumer, "2", EventPosition.fromOffsetString("0"), 2))
                        .containsExactly("b", "c");
                assertThat(read(consumer, "2", EventPosition.fromSequenceNumber(2, true), 1))
                        .containsExactly("c");
            }
        }

        @Test
        void theHubTellsItsPartitions() {
            try (EventHubProducerClient producer = producer()) {
                send(producer, new CreateBatchOptions().setPartitionId("1"), "a", "b");
                assertThat(producer.getPartitionIds()).containsExactly("0", "1", "2", "3");
                assertThat(producer.getPartitionProperties("1").getLastEnqueuedSequenceNumber())
                        .isEqualTo(1);
                assertThat(producer.getPartitionProperties("0").isEmpty()).isTrue();
            }
        }

        @Test
        void aLargeEventOfManyFramesArrivesWhole() {
            String body = "x".repeat(900_000);
            try (EventHubProducerClient producer = producer()) {
                send(producer, new CreateBatchOptions(), body);
            }
            assertThat(texts(server.messages("telemetry"))).containsExactly(body);
        }
    }

    @Nested
    class Faults {

        private EventHubProducerClient producer;

        @BeforeEach
        void open() {
            server.hub("telemetry", 1);
            producer = AmqpClients.eventHubs(server, "telemetry").buildProducerClient();
        }

        @AfterEach
        void close() {
            producer.close();
        }

        private void send(String body) {
            producer.send(List.of(new EventData(body)));
        }

        @Test
        void aRefusedTransferIsNotStored() {
            server.failSends(AmqpServer.Fault.SERVER_BUSY);
            assertThatThrownBy(() -> send("a"))
                    .satisfies(failure -> assertThat(AmqpErrors.isThrottled((RuntimeException) failure))
                            .isTrue());
            send("b");
            assertThat(texts(server.messages("telemetry"))).containsExactly("b");
        }

        @Test
        void anAnswerIsLostWithItsConnectionAndTheMessageIsThere() {
            server.failSends(AmqpServer.Fault.LOST_ANSWER);
            assertThatThrownBy(() -> send("a")).isInstanceOf(RuntimeException.class);
            send("b");
            assertThat(texts(server.messages("telemetry"))).containsExactly("a", "b");
        }

        @Test
        void answersThatAreHeldBackComeLater() throws InterruptedException {
            server.holdAnswers();
            Thread sending = new Thread(() -> send("a"));
            sending.start();
            await().atMost(SOON).until(() -> !server.messages("telemetry").isEmpty());
            assertThat(sending.isAlive()).isTrue();
            server.giveAnswers();
            sending.join(SOON.toMillis());
            assertThat(sending.isAlive()).isFalse();
        }
    }
}
