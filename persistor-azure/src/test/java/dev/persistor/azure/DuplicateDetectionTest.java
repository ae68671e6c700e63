package dev.persistor.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.message.Message;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.MessagePublishers;
import dev.persistor.core.replay.Replay;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.core.write.Persistor;
import dev.persistor.testkit.azure.AmqpServer;
import dev.persistor.testkit.azure.ServiceBusManagement;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A queue that drops what it knows is told by a plan, and new ids let a replay through. */
@Timeout(120)
class DuplicateDetectionTest {

    private static final URI ORDERS = URI.create("servicebus://acme/orders");

    private final BlobStore store = BlobStore.over(new MemoryDriver());
    private AmqpServer server;
    private ServiceBusManagement management;

    @BeforeEach
    void start() throws IOException {
        server = AmqpServer.start().queue("orders").queue("plain").detectDuplicates("orders", Duration.ofMinutes(10));
        management = ServiceBusManagement.of(server);
    }

    @AfterEach
    void stop() {
        management.close();
        server.close();
    }

    private Map<String, String> environment() {
        return new HashMap<>(Map.of(
                "PERSISTOR_SERVICEBUS_CONNECTION_STRING",
                server.connectionString(),
                DuplicateDetection.EMULATOR,
                management.address().toString()));
    }

    private List<String> warnings(URI target, boolean newIds) {
        try (MessagePublisher publisher = MessagePublishers.open(target, environment())) {
            return publisher.warnings(newIds);
        }
    }

    @Test
    void aPlanWarnsOfAQueueThatDropsWhatItKnows() throws Exception {
        assertThat(warnings(ORDERS, false))
                .singleElement()
                .asString()
                .contains("/orders detects duplicates: it silently drops a message whose id it received within"
                        + " the last 10m. Use --new-ids");
        assertThat(warnings(ORDERS, true)).isEmpty();
        assertThat(warnings(URI.create("servicebus://acme/plain"), false)).isEmpty();
        try (MessagePublisher publisher = MessagePublishers.open(ORDERS, environment())) {
            assertThat(replay(publisher).build().plan().warnings()).hasSize(1);
        }
    }

    @Test
    void whereItCannotBeFoundOutThatIsSaid() throws Exception {
        assertThat(warnings(URI.create("servicebus://acme/nowhere"), false))
                .singleElement()
                .asString()
                .contains("It is not known whether", "no queue or topic with this name was found");
        management.refuseWith(401);
        assertThat(warnings(ORDERS, false))
                .singleElement()
                .asString()
                .contains(
                        "It is not known whether",
                        "the management endpoint answers 401 (use a connection string",
                        "Manage",
                        "--new-ids");
        management.close();
        assertThat(warnings(ORDERS, false))
                .singleElement()
                .asString()
                .contains("the management endpoint does not answer");
    }

    @Test
    void anEndpointThatAcceptsAndSaysNothingHoldsNothingUp() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Map<String, String> environment = environment();
            environment.put(DuplicateDetection.EMULATOR, "http://127.0.0.1:" + silent.getLocalPort());
            MessagingAddress address = MessagingAddress.of(ORDERS, "queue or topic");
            DuplicateDetection asked = DuplicateDetection.of(
                    address, ConnectionString.parse(server.connectionString()), environment, Duration.ofSeconds(1));
            assertThat(asked.warnings("target"))
                    .singleElement()
                    .asString()
                    .contains("the management endpoint does not answer within 1 s");
        }
    }

    @Test
    void aConnectionStringThatMayNotManageIsNoError() {
        DuplicateDetection asked = DuplicateDetection.of(
                MessagingAddress.of(ORDERS, "queue or topic"),
                ConnectionString.parse(server.connectionString() + "EntityPath=orders"),
                environment());
        assertThat(asked.warnings("target"))
                .singleElement()
                .asString()
                .contains("the connection string is not for the whole namespace");
        assertThat(Optional.of(asked)).isPresent();
    }

    private Replay.Builder replay(MessagePublisher publisher) {
        return Replay.of(Archive.on(store).build(), MessageFilter.ALL).to(publisher);
    }

    private void archive(int messages) {
        try (Persistor persistor = Persistor.builder(store).build()) {
            persistor.persistAll(IntStream.range(0, messages)
                    .mapToObj(number -> Message.builder()
                            .id(Integer.toString(number))
                            .source("orders")
                            .publishTime(Instant.EPOCH.plusSeconds(number))
                            .payload(new byte[] {(byte) number})
                            .build())
                    .toList());
        }
    }

    @Test
    void newIdsLetAReplayThroughOnceHoweverOftenItIsTried() throws Exception {
        archive(20);
        try (MessagePublisher publisher = MessagePublishers.open(ORDERS, environment())) {
            replay(publisher).build().run();
            replay(publisher).build().run();
            assertThat(server.messages("orders"))
                    .as("dropped, without an error")
                    .hasSize(20);

            replay(publisher).newIds("one run").build().run();
            assertThat(server.messages("orders")).hasSize(40);
            // As after a kill whose checkpoint was lost.
            replay(publisher).newIds("one run").build().run();
            assertThat(server.messages("orders")).hasSize(40);
            replay(publisher).newIds("another run").build().run();
        }
        assertThat(server.messages("orders")).hasSize(60);
        assertThat(server.messages("orders").subList(20, 40))
                .extracting(message -> message.applicationProperties().get("persistor-broker-messageId"))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 20).mapToObj(Integer::toString).toList());
    }
}
