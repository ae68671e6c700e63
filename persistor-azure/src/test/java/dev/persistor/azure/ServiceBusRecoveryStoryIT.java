package dev.persistor.azure;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.util.IterableStream;
import com.azure.messaging.servicebus.ServiceBusReceivedMessage;
import com.azure.messaging.servicebus.ServiceBusReceiverClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.ArchiveStatistics;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.archive.Verification;
import dev.persistor.core.message.TimeRange;
import dev.persistor.core.replay.Checkpoint;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.Replay;
import dev.persistor.core.replay.ReplayReport;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.testkit.Azurite;
import dev.persistor.testkit.MessageGenerator;
import dev.persistor.testkit.azure.AmqpServer;
import dev.persistor.testkit.azure.AzureFunctionsHost;
import dev.persistor.testkit.azure.ServiceBusBatch;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole story on Service Bus: messages are archived by the packed function into the real Azurite, a consumer loses those
 * of an hour and a half, the archive shows that they are there, a plan says what a replay would do, and the replay brings
 * exactly the lost ones to another queue, in the order of their sessions and byte for byte. Azure's own clients publish and
 * receive.
 *
 * <p>{@code -Dpersistor.story.messages=100000} tells it at its full length.
 */
@Timeout(400)
class ServiceBusRecoveryStoryIT {

    private static final int MESSAGES = Integer.getInteger("persistor.story.messages", 5_000);
    private static final int SESSIONS = 400;
    private static final int BATCH = 100;
    private static final int INVOCATIONS_AT_ONCE = 16;
    private static final Instant START = Instant.parse("2026-01-31T00:00:00Z");
    private static final Duration LENGTH = Duration.ofHours(5);
    private static final TimeRange LOST =
            new TimeRange(Instant.parse("2026-01-31T02:10:00Z"), Instant.parse("2026-01-31T03:40:00Z"));
    private static final Duration SOON = Duration.ofSeconds(20);

    /** What a consumer sees of a message. */
    private record Seen(
            String payload,
            String messageId,
            String session,
            String subject,
            String contentType,
            Map<String, Object> properties) {

        static Seen of(Sent sent) {
            return new Seen(
                    Base64.getEncoder().encodeToString(sent.payload),
                    sent.messageId(),
                    sent.session(),
                    "order",
                    "application/octet-stream",
                    sent.properties());
        }

        static Seen of(ServiceBusReceivedMessage received) {
            Map<String, Object> properties = new HashMap<>(received.getApplicationProperties());
            properties.keySet().removeIf(name -> name.startsWith("persistor-"));
            return new Seen(
                    Base64.getEncoder().encodeToString(received.getBody().toBytes()),
                    received.getMessageId(),
                    received.getSessionId(),
                    received.getSubject(),
                    received.getContentType(),
                    properties);
        }
    }

    /** A message of the producer's. */
    private static final class Sent {
        private final int number;
        private final byte[] payload;

        Sent(int number, byte[] payload) {
            this.number = number;
            this.payload = payload;
        }

        Instant enqueuedTime() {
            // The broker's times have milliseconds.
            return START.plusMillis(LENGTH.toMillis() * number / MESSAGES);
        }

        String messageId() {
            return "m-" + number;
        }

        String session() {
            return "session/" + number / 25 % SESSIONS;
        }

        Map<String, Object> properties() {
            return Map.of(
                    "number",
                    (long) number,
                    "kind",
                    "\u00e9\uD83D\uDE00",
                    "price",
                    number / 4.0,
                    "paid",
                    number % 2 == 0);
        }

        ServiceBusBatch.Message delivered() {
            return ServiceBusBatch.message(payload, number + 1L, enqueuedTime())
                    .messageId(messageId())
                    .sessionId(session())
                    .subject("order")
                    .contentType("application/octet-stream")
                    .applicationProperties(properties());
        }
    }

    @TempDir
    private Path folder;

    @Test
    void whatABrokenConsumerLostComesBack() throws Exception {
        MessageGenerator generator = new MessageGenerator(1);
        List<Sent> sent = IntStream.range(0, MESSAGES)
                .mapToObj(number -> new Sent(number, generator.bytes(number % 300)))
                .toList();
        List<Sent> lost = sent.stream()
                .filter(message -> LOST.contains(message.enqueuedTime()))
                .toList();
        assertThat(lost.size()).isBetween(MESSAGES / 5, MESSAGES / 2);

        List<ServiceBusReceivedMessage> recovered;
        try (Azurite azurite = Azurite.start();
                AmqpServer broker = AmqpServer.start().queue("recovered")) {
            archive(azurite, sent);
            recover(azurite, broker, lost.size());
            recovered = receive(broker, lost.size());
        }
        assertThat(numbersBySession(recovered))
                .isEqualTo(lost.stream()
                        .filter(message -> message.session() != null)
                        .collect(groupingBy(Sent::session, mapping(message -> (long) message.number, toList()))));
        assertThat(recovered.stream().map(Seen::of))
                .containsExactlyInAnyOrderElementsOf(lost.stream().map(Seen::of).toList());
    }

    private static Map<String, List<Long>> numbersBySession(List<ServiceBusReceivedMessage> messages) {
        return messages.stream()
                .collect(groupingBy(
                        ServiceBusReceivedMessage::getSessionId,
                        mapping(
                                message -> (Long)
                                        message.getApplicationProperties().get("number"),
                                toList())));
    }

    private static Map<String, String> environment(Azurite azurite) {
        return Map.of(
                "PERSISTOR_STORE", azurite.endpoint() + "/archive",
                "AZURE_STORAGE_CONNECTION_STRING", azurite.connectionString(),
                "SERVICE_BUS_QUEUE", "orders",
                "PERSISTOR_FORMAT", "jsonl",
                "PERSISTOR_COMPRESSION", "gzip",
                "PERSISTOR_BATCH_MESSAGES", "500",
                "PERSISTOR_BATCH_LINGER", "20ms");
    }

    /** Delivers everything to the function in batches, many at a time, as the host does. */
    private static void archive(Azurite azurite, List<Sent> messages) throws Exception {
        new BlobServiceClientBuilder()
                .connectionString(azurite.connectionString())
                .buildClient()
                .createBlobContainer("archive");
        ExecutorService threads = Executors.newFixedThreadPool(INVOCATIONS_AT_ONCE);
        try (AzureFunctionsHost host = AzureFunctionsHost.start(StagedAppIT.APP, environment(azurite))) {
            List<Future<?>> ends = new ArrayList<>();
            for (int from = 0; from < messages.size(); from += BATCH) {
                ServiceBusBatch batch = new ServiceBusBatch();
                messages.subList(from, Math.min(from + BATCH, messages.size()))
                        .forEach(message -> batch.add(message.delivered()));
                ends.add(threads.submit(() -> host.invoke("ServiceBusQueue", batch.toInvocation())));
            }
            for (Future<?> end : ends) {
                end.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private void recover(Azurite azurite, AmqpServer broker, int lost) throws Exception {
        MessageFilter window =
                MessageFilter.builder().source("orders").range(LOST).build();
        try (BlobStore store = BlobStores.open(URI.create(azurite.endpoint() + "/archive"), environment(azurite));
                MessagePublisher target = ServiceBusPublisher.over(AmqpClients.serviceBus(broker)
                        .sender()
                        .queueName("recovered")
                        .buildAsyncClient());
                Checkpoint checkpoint = Checkpoint.open(folder.resolve("checkpoint"), "the story")) {
            Archive archive = Archive.on(store).build();
            ArchiveStatistics all = archive.statistics(MessageFilter.ALL);
            Verification whole = archive.verify(MessageFilter.ALL, List.of());
            assertThat(whole.isGood()).isTrue();
            assertThat(whole.messages()).isEqualTo(MESSAGES);
            assertThat(all.messages()).isEqualTo(MESSAGES);

            Replay replay =
                    Replay.of(archive, window).to(target).checkpoint(checkpoint).build();
            ReplayReport plan = replay.plan();
            assertThat(plan.planned()).isEqualTo(lost);
            assertThat(plan.losses()).isEmpty();
            assertThat(broker.messages("recovered"))
                    .as("a plan publishes nothing")
                    .isEmpty();

            ReplayReport report = replay.run();
            assertThat(report.isComplete()).isTrue();
            assertThat(report.published()).isEqualTo(lost);
        }
    }

    private static List<ServiceBusReceivedMessage> receive(AmqpServer broker, int count) {
        List<ServiceBusReceivedMessage> received = new ArrayList<>();
        try (ServiceBusReceiverClient receiver = AmqpClients.serviceBus(broker)
                .receiver()
                .queueName("recovered")
                .prefetchCount(BATCH)
                .buildClient()) {
            while (received.size() < count) {
                IterableStream<ServiceBusReceivedMessage> some = receiver.receiveMessages(BATCH, SOON);
                int before = received.size();
                some.forEach(message -> {
                    received.add(message);
                    receiver.complete(message);
                });
                assertThat(received.size()).as("more of %s come soon", count).isGreaterThan(before);
            }
        }
        assertThat(broker.messages("recovered")).as("what has arrived").hasSize(count);
        return received;
    }
}
