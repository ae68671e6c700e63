package dev.persistor.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.azure.messaging.eventhubs.EventData;
import com.azure.messaging.eventhubs.EventHubConsumerClient;
import com.azure.messaging.eventhubs.EventHubProducerClient;
import com.azure.messaging.eventhubs.models.SendOptions;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobListDetails;
import com.azure.storage.blob.models.ListBlobsOptions;
import dev.persistor.core.archive.OffsetRange;
import dev.persistor.core.capture.Archived;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.config.SettingsException;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.pull.Backfill;
import dev.persistor.core.pull.LogReader;
import dev.persistor.core.pull.PullException;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.PullReport;
import dev.persistor.core.pull.StopReason;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.testkit.Azurite;
import dev.persistor.testkit.FaultyBlobDriver;
import dev.persistor.testkit.azure.AmqpMessage;
import dev.persistor.testkit.azure.AmqpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnknownDescribedType;
import org.apache.qpid.proton.amqp.messaging.AmqpSequence;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a hub has is pulled by Azure's own client, and how far it got is noted in the real emulator of Blob Storage. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
class EventHubPullTest {

    private static final AtomicInteger CONTAINERS = new AtomicInteger();
    private static Azurite azurite;

    private final MemoryDriver driver = new MemoryDriver();
    private final BlobStore memory = BlobStore.over(driver);
    private final FaultyBlobDriver store = FaultyBlobDriver.over(driver);
    private AmqpServer server;
    private String container;

    @BeforeAll
    static void startAzurite() {
        azurite = Azurite.start();
    }

    @AfterAll
    static void stopAzurite() {
        azurite.close();
    }

    @BeforeEach
    void start() throws IOException {
        server = AmqpServer.start().hub("orders", 4);
        container = "checkpoints-" + CONTAINERS.incrementAndGet();
        new BlobServiceClientBuilder()
                .connectionString(azurite.connectionString())
                .buildClient()
                .createBlobContainer(container);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Map<String, String> environment(String... more) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "PERSISTOR_STORE", "mem:///",
                "PERSISTOR_FORMAT", "jsonl",
                "PERSISTOR_BATCH_MESSAGES", "100",
                "PERSISTOR_BATCH_LINGER", "50ms",
                "PERSISTOR_RETRY_DEADLINE", "1ms",
                "PERSISTOR_PULL_IDLE", "1s",
                "EVENT_HUB_NAME", "orders",
                "EVENT_HUB_CONNECTION", server.connectionString(),
                "PERSISTOR_EVENT_HUB_CHECKPOINTS", azurite.endpoint() + "/" + container,
                "AZURE_STORAGE_CONNECTION_STRING", azurite.connectionString()));
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return environment;
    }

    private Capture capture(String... more) {
        return StoredMessages.capture(BlobStore.over(store), environment(more));
    }

    private PullReport run(String... more) {
        Capture capture = capture(more);
        return EventHubPull.archive(capture, PullLimits.of(capture.settings()), environment(more));
    }

    /** Runs until so many have come, and is in no hurry for the first: a busy machine takes its time to connect. */
    private PullReport runUntil(int events, String... more) {
        List<String> settings = new ArrayList<>(List.of(more));
        settings.addAll(List.of("PERSISTOR_PULL_MESSAGES", Integer.toString(events), "PERSISTOR_PULL_IDLE", "1m"));
        return run(settings.toArray(String[]::new));
    }

    private void send(int count) {
        try (EventHubProducerClient producer =
                AmqpClients.eventHubs(server, "orders").buildProducerClient()) {
            for (int first = 0; first < count; first += 100) {
                producer.send(
                        IntStream.range(first, Math.min(count, first + 100))
                                .mapToObj(EventHubPullTest::event)
                                .toList(),
                        new SendOptions().setPartitionId(Integer.toString(first / 100 % 4)));
            }
        }
    }

    private String created() {
        try (EventHubProducerClient producer =
                AmqpClients.eventHubs(server, "orders").buildProducerClient()) {
            return producer.getEventHubProperties().getCreatedAt().toString();
        }
    }

    private static EventData event(int number) {
        byte[] payload = new byte[number % 300];
        new Random(number).nextBytes(payload);
        EventData event = new EventData(payload);
        event.getProperties().put("number", number);
        return event;
    }

    /** What the server has, as it is to be archived. */
    private void assertArchivedOnce() {
        List<AmqpMessage> sent = server.messages("orders");
        Map<String, byte[]> expected = new HashMap<>();
        sent.forEach(event -> expected.put(event.partition() + "-" + event.sequenceNumber(), event.bytes()));
        StoredMessages.assertOnce(expected, memory);
    }

    private BlobContainerClient notes() {
        return new BlobServiceClientBuilder()
                .connectionString(azurite.connectionString())
                .buildClient()
                .getBlobContainerClient(container);
    }

    private Map<String, String> checkpoints() {
        Map<String, String> checkpoints = new HashMap<>();
        for (BlobItem item : notes().listBlobs(
                        new ListBlobsOptions().setDetails(new BlobListDetails().setRetrieveMetadata(true)), null)) {
            checkpoints.put(
                    item.getName().substring(item.getName().lastIndexOf('/') + 1),
                    item.getMetadata().get("sequencenumber"));
        }
        return checkpoints;
    }

    @Test
    void aRunArchivesAllPartitionsAndTheNextGoesOnBehindThem() {
        send(2_000);
        PullReport first = run("PERSISTOR_PULL_IDLE", "3s");
        assertThat(first.received()).isEqualTo(2_000);
        assertThat(first.persisted()).isEqualTo(2_000);
        assertThat(first.stopped()).isEqualTo(StopReason.IDLE);
        assertThat(checkpoints()).isEqualTo(Map.of("0", "499", "1", "499", "2", "499", "3", "499"));
        assertArchivedOnce();
        assertThat(memory.list("")).hasSizeLessThan(100);
        send(100);
        PullReport second = runUntil(100);
        assertThat(second.received()).isEqualTo(100);
        assertThat(second.persisted()).isEqualTo(100);
        assertArchivedOnce();
    }

    @Test
    void whatIsDurableAndNotNotedIsFoundAndWrittenOnce() {
        send(800);
        assertThat(runUntil(800).persisted()).isEqualTo(800);
        notes().listBlobs()
                .forEach(item -> notes().getBlobClient(item.getName()).delete());
        PullReport again = runUntil(800, "PERSISTOR_BATCH_MESSAGES", "33");
        assertThat(again.alreadyThere()).isEqualTo(800);
        assertThat(again.persisted()).isZero();
        assertArchivedOnce();
    }

    /** The checkpoints are of the hub before, and the new one has events at their places. */
    @Test
    void aHubThatWasCreatedAgainIsReadFromItsBeginning() {
        send(400);
        assertThat(run().persisted()).isEqualTo(400);
        server.hub("orders", 4);
        send(800);
        PullReport report = run();
        assertThat(report.persisted()).isEqualTo(800);
        assertThat(report.lost()).isZero();
        assertThat(StoredMessages.in(memory)).hasSize(1_200);
        assertThat(StoredMessages.in(memory).stream()
                        .map(message -> message.position().orElseThrow().log())
                        .distinct())
                .hasSize(2);
        assertThat(run().received()).isZero();
    }

    /** Partition 3 of the new hub stays empty, so nothing takes the place of its checkpoint. */
    @Test
    void aHubThatWasCreatedAgainIsReportedOnce() {
        send(400);
        run();
        server.hub("orders", 4);
        send(300);
        assertThat(checkpoints()).containsKey("3");
        assertThat(run().persisted()).isEqualTo(300);
        assertThat(checkpoints()).isEqualTo(Map.of("0", "99", "1", "99", "2", "99"));
    }

    @Test
    void eventsThatTheHubDeletedBeforeTheyWereReadAreReportedAsLost() {
        send(400);
        assertThat(run().lost()).isZero();
        send(400);
        server.expire("orders", 0, 150).expire("orders", 2, 101);
        PullReport report = run();
        assertThat(report.lost()).isEqualTo(51);
        assertThat(report.persisted()).isEqualTo(349);
        assertThat(run().lost()).isZero();
    }

    /** The trigger does not tell the function which hub the events are of. */
    @Test
    void aBackfillCountsWhatAFunctionArchivedWithoutTheHub() {
        IntStream.range(0, 20).forEach(i -> server.place("orders/Partitions/0", AmqpSample.of(new AmqpValue("v" + i))));
        archiveWithoutHub(5);
        server.expire("orders", 0, 3);
        assertThat(plan().missing()).containsExactly(new OffsetRange(5, 19));
        assertThat(plan().lost()).isEmpty();
        server.expire("orders", 0, 8);
        assertThat(plan().missing()).containsExactly(new OffsetRange(8, 19));
        assertThat(plan().lost()).containsExactly(new OffsetRange(5, 7));
    }

    @Test
    void aBackfillDoesNotCountWhatAFunctionArchivedOfTheHubBefore() {
        server.place("orders/Partitions/0", AmqpSample.of(new AmqpValue("old")));
        archiveWithoutHub(1);
        server.hub("orders", 4);
        server.place("orders/Partitions/0", AmqpSample.of(new AmqpValue("new")));
        assertThat(plan().missing()).containsExactly(new OffsetRange(0, 0));
    }

    /** Archives the first events of partition 0 as a function does. */
    private void archiveWithoutHub(int events) {
        for (AmqpMessage event : server.messages("orders").subList(0, events)) {
            Message message = Message.builder()
                    .id("0-" + event.sequenceNumber())
                    .source("orders")
                    .publishTime(event.enqueuedTime())
                    .position(new Position("0", event.sequenceNumber()))
                    .payload(event.bytes())
                    .build();
            assertThat(capture().begin(message, Runnable::run).join()).isEqualTo(Archived.PERSISTED);
        }
    }

    @Test
    void aBackfillReportsWhatTheHubDeletesBeforeItIsRead() {
        IntStream.range(0, 20).forEach(i -> server.place("orders/Partitions/0", AmqpSample.of(new AmqpValue("v" + i))));
        assertThat(backfillAfter(() -> server.expire("orders", 0, 15)).lost()).isEqualTo(15);
        assertThat(StoredMessages.in(memory)).hasSize(5);
    }

    @Test
    void aBackfillReportsWhatTheHubDeletesAlsoWhenNothingIsLeft() {
        IntStream.range(0, 20).forEach(i -> server.place("orders/Partitions/0", AmqpSample.of(new AmqpValue("v" + i))));
        assertThat(backfillAfter(() -> server.expire("orders", 0, 20)).lost()).isEqualTo(20);
    }

    @Test
    void aBackfillEndsWhenTheHubIsCreatedAgain() {
        server.place("orders/Partitions/0", AmqpSample.of(new AmqpValue("old")));
        PullReport report = backfillAfter(
                () -> server.hub("orders", 4).place("orders/Partitions/0", AmqpSample.of(new AmqpValue("new"))));
        assertThat(report.isSuccess()).isFalse();
        assertThat(StoredMessages.in(memory)).isEmpty();
    }

    private PullReport backfillAfter(Runnable change) {
        try (EventHubLogReader reader = reader()) {
            Backfill backfill = new Backfill(capture(), reader);
            Map<LogReader.Partition, Backfill.MissingOffsets> lacks = backfill.plan();
            change.run();
            return backfill.fill(lacks, PullLimits.of(capture().settings()));
        }
    }

    private EventHubLogReader reader() {
        EventHubConsumerClient client = EventHubPull.client(
                        MessagingConnection.of(EventHubPull.CONNECTION, environment()), "orders", environment())
                .consumerGroup("$Default")
                .buildConsumerClient();
        return new EventHubLogReader(client, "orders");
    }

    private Backfill.MissingOffsets plan() {
        try (EventHubLogReader reader = reader()) {
            return Objects.requireNonNull(
                    new Backfill(capture(), reader).plan().get(new LogReader.Partition("orders", created(), "0")));
        }
    }

    @Test
    void nothingIsNotedPastWhatIsNotDurable() {
        send(800);
        store.script(FaultyBlobDriver.Fault.NONE, FaultyBlobDriver.Fault.PERMANENT);
        PullReport failed = run();
        assertThat(failed.failed()).isPositive();
        assertThat(failed.isSuccess()).isFalse();
        assertThat(failed.stopped()).isEqualTo(StopReason.FAILURE);
        int durable = StoredMessages.in(memory).size();
        assertThat(durable).isLessThan(800);
        assertThat(run().isSuccess()).isTrue();
        assertArchivedOnce();
    }

    @Test
    void aStoreThatIsDownIsToldAndLeavesAllForTheNextRun() {
        send(400);
        store.setDown(true);
        PullReport report = run("PERSISTOR_PULL_IDLE", "1m");
        assertThat(report.failed()).isEqualTo(report.received()).isPositive();
        assertThat(checkpoints()).isEmpty();
        store.setDown(false);
        assertThat(runUntil(400).persisted()).isEqualTo(400);
        assertArchivedOnce();
    }

    private static void pause(Duration time) {
        try {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void connectionsThatBreakInTheMiddleLoseNothing() {
        send(2_000);
        store.delay(Duration.ofMillis(50));
        CompletableFuture<Void> breaking = CompletableFuture.runAsync(
                () -> {
                    // Not before: a hub that breaks off while the run connects is not there, and ends it.
                    await().atMost(Duration.ofSeconds(60))
                            .pollInterval(Duration.ofMillis(10))
                            .until(() -> memory.list("").findAny().isPresent());
                    IntStream.range(0, 3).forEach(i -> {
                        server.dropConnections();
                        pause(Duration.ofMillis(300));
                    });
                },
                task -> new Thread(task, "breaking").start());
        PullReport report = run("PERSISTOR_PULL_IDLE", "8s");
        breaking.join();
        assertThat(report.isSuccess()).as("%s", report).isTrue();
        assertArchivedOnce();
    }

    @Test
    void someOfThePartitionsAreReadWhenTheSettingsSaySo() {
        send(800);
        assertThat(run("PERSISTOR_EVENT_HUB_PARTITIONS", "1, 3").persisted()).isEqualTo(400);
        assertThat(checkpoints()).containsOnlyKeys("1", "3");
        assertThatThrownBy(() -> run("PERSISTOR_EVENT_HUB_PARTITIONS", "1,7"))
                .isInstanceOf(PullException.class)
                .hasMessageContaining("[1, 7] were requested, but the hub has [0, 1, 2, 3]");
    }

    @Test
    void attributesKeepTheirTypesAndTheRestIsThere() {
        UUID id = UUID.randomUUID();
        EventData event = new EventData("payload".getBytes(StandardCharsets.UTF_8))
                .setContentType("text/plain")
                .setMessageId("m-1")
                .setCorrelationId("c-1");
        event.getProperties().put("long", 1L << 40);
        event.getProperties().put("int", 7);
        event.getProperties().put("double", 0.5);
        event.getProperties().put("true", true);
        event.getProperties().put("uuid", id);
        event.getProperties().put("bytes", new Binary(new byte[] {0, -1}));
        event.getProperties().put("time", Date.from(Instant.ofEpochMilli(1_700_000_000_123L)));
        try (EventHubProducerClient producer =
                AmqpClients.eventHubs(server, "orders").buildProducerClient()) {
            producer.send(List.of(event), new SendOptions().setPartitionKey("key"));
        }
        assertThat(run().persisted()).isEqualTo(1);
        Message message = StoredMessages.in(memory).get(0);
        AmqpMessage sent = server.messages("orders").get(0);
        assertThat(message.id()).isEqualTo(sent.partition() + "-0");
        assertThat(message.position()).contains(new Position(created(), sent.partition(), 0));
        assertThat(message.source()).isEqualTo("orders");
        assertThat(message.orderingKey()).contains("key");
        assertThat(message.publishTime().toEpochMilli())
                .isEqualTo(sent.enqueuedTime().toEpochMilli());
        assertThat(message.attributes().first("long")).contains(AttributeValue.of(1L << 40));
        assertThat(message.attributes().first("int")).contains(AttributeValue.of(7));
        assertThat(message.attributes().first("double")).contains(AttributeValue.of(0.5));
        assertThat(message.attributes().first("true")).contains(AttributeValue.of(true));
        assertThat(message.attributes().first("uuid")).contains(AttributeValue.of(id));
        assertThat(message.attributes().first("bytes")).contains(AttributeValue.of(new byte[] {0, -1}));
        assertThat(message.attributes().first("time"))
                .contains(AttributeValue.of(Instant.ofEpochMilli(1_700_000_000_123L)));
        assertThat(message.brokerProperties().text("contentType")).contains("text/plain");
        assertThat(message.brokerProperties().text("messageId")).contains("m-1");
        assertThat(message.brokerProperties().text("correlationId")).contains("c-1");
        assertThat(message.brokerProperties().text("partitionKey")).contains("key");
        assertThat(message.brokerProperties().text("offset")).contains("0");
    }

    @Test
    void aBodyThatIsAValueOrASequenceIsArchivedAsItCame() {
        List<Object> bodies = List.of(new AmqpValue("text"), new AmqpValue(7), new AmqpSequence(List.of(1, "a")));
        bodies.forEach(body -> server.place("orders/Partitions/0", AmqpSample.of(body)));
        assertThat(run().persisted()).isEqualTo(3);
        StoredMessages.assertOnce(
                Map.of(
                        "0-0",
                        "text".getBytes(StandardCharsets.UTF_8),
                        "0-1",
                        AmqpCodec.encode(bodies.get(1)),
                        "0-2",
                        AmqpCodec.encode(bodies.get(2))),
                memory);
    }

    @Test
    void allSectionsOfABodyAreArchived() {
        Data first = new Data(new Binary(new byte[] {1, 2}));
        Data second = new Data(new Binary(new byte[70_000]));
        AmqpSequence one = new AmqpSequence(List.of(1, "a"));
        AmqpSequence two = new AmqpSequence(List.of(2));
        server.place("orders/Partitions/0", AmqpSample.of(first, second, AmqpSample.footer("crc", 7)));
        server.place("orders/Partitions/0", AmqpSample.of(AmqpSample.properties(), one, two));
        server.place("orders/Partitions/0", AmqpSample.of(first));
        assertThat(run().persisted()).isEqualTo(3);
        byte[] joined = new byte[70_002];
        joined[0] = 1;
        joined[1] = 2;
        StoredMessages.assertOnce(
                Map.of("0-0", joined, "0-1", AmqpSample.of(one, two), "0-2", new byte[] {1, 2}), memory);
        assertThat(StoredMessages.in(memory))
                .extracting(message -> message.brokerProperties()
                        .text(BrokerProperties.AMQP_BODY)
                        .orElse("none"))
                .containsExactly("data-sections:2,70000", "sequence", "none");
        assertThat(StoredMessages.in(memory).get(0).brokerProperties().text("footer.crc"))
                .contains("7");
    }

    @Test
    void aValueOfATypeThatItsSenderDescribedIsArchivedAsItCame() {
        AmqpValue described = new AmqpValue(new UnknownDescribedType(
                Symbol.valueOf("persistor:body"), List.of(new Data(new Binary(new byte[] {1})))));
        AmqpValue nothing = new AmqpValue(null);
        server.place("orders/Partitions/0", AmqpSample.of(described));
        server.place("orders/Partitions/0", AmqpSample.of(nothing));
        assertThat(run().persisted()).isEqualTo(2);
        StoredMessages.assertOnce(Map.of("0-0", AmqpCodec.encode(described), "0-1", AmqpCodec.encode(nothing)), memory);
    }

    @Test
    void aPartitionKeyThatIsNoTextIsArchivedAndDoesNotBlockThePartition() {
        server.place(
                "orders/Partitions/0",
                AmqpSample.of(AmqpSample.annotations("x-opt-partition-key", 7), new AmqpValue("text")));
        server.place("orders/Partitions/0", AmqpSample.of(new AmqpValue("next")));
        assertThat(run().persisted()).isEqualTo(2);
        Message first = StoredMessages.in(memory).get(0);
        assertThat(first.brokerProperties().text(BrokerProperties.PARTITION_KEY))
                .contains("7");
        assertThat(first.orderingKey()).isEmpty();
        assertThat(checkpoints()).containsEntry("0", "1");
    }

    @Test
    void anEventWithoutATrueTimeIsQuarantinedAndDoesNotHoldUpTheNext() {
        server.place(
                "orders/Partitions/0",
                AmqpSample.of(
                        AmqpSample.annotations("x-opt-enqueued-time", AmqpSample.lastTime()), new AmqpValue("text")));
        server.place("orders/Partitions/0", AmqpSample.of(new AmqpValue("next")));
        PullReport report = run("PERSISTOR_QUARANTINE", "true");
        assertThat(report.quarantined()).isEqualTo(1);
        assertThat(report.persisted()).isEqualTo(1);
        assertThat(checkpoints()).containsEntry("0", "1");
        assertThat(run("PERSISTOR_QUARANTINE", "true").received()).isZero();
    }

    @Test
    void eachMissingSettingIsNamed() {
        assertThatThrownBy(() -> run("EVENT_HUB_NAME", "", "PERSISTOR_EVENT_HUB_CHECKPOINTS", ""))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("EVENT_HUB_NAME is missing")
                .hasMessageContaining("PERSISTOR_EVENT_HUB_CHECKPOINTS is missing");
        assertThatThrownBy(() -> run("EVENT_HUB_CONNECTION", ""))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("EVENT_HUB_CONNECTION is missing")
                .hasMessageContaining("EVENT_HUB_CONNECTION__fullyQualifiedNamespace");
        assertThatThrownBy(() -> run("PERSISTOR_EVENT_HUB_CHECKPOINTS", azurite.endpoint() + "/container/folder"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("it names a folder");
        assertThatThrownBy(() -> run("PERSISTOR_EVENT_HUB_PARTITIONS", "first"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("all, or numbers such as 0,1,2");
    }

    @Test
    void aHubThatIsNotThereAndCheckpointsThatCannotBeReadEndTheRunLoudly() {
        assertThatThrownBy(() -> run("EVENT_HUB_NAME", "nowhere"))
                .isInstanceOf(PullException.class)
                .hasMessageContaining("nowhere");
        assertThatThrownBy(() -> run("PERSISTOR_EVENT_HUB_CHECKPOINTS", azurite.endpoint() + "/not-there"))
                .isInstanceOf(PullException.class)
                .hasMessageContaining("read the checkpoints of orders")
                .hasMessageContaining("ContainerNotFound");
    }
}
