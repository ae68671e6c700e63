package dev.persistor.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.messaging.eventhubs.EventData;
import com.azure.messaging.eventhubs.EventHubProducerClient;
import com.azure.messaging.servicebus.ServiceBusMessage;
import com.azure.messaging.servicebus.ServiceBusSenderClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.sun.net.httpserver.HttpServer;
import dev.persistor.core.pull.PullReport;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.testkit.Azurite;
import dev.persistor.testkit.azure.AmqpServer;
import dev.persistor.testkit.azure.AzureFunctionsHost;
import dev.persistor.testkit.azure.AzureFunctionsHost.Response;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The functions that pull and the one that calls them, in the real worker, as an app that was packed with -Ppull. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(180)
class PullAppIT {

    private static final Pattern CLIENTS = Pattern.compile(
            "(azure-messaging-eventhubs|azure-messaging-servicebus|azure-core-amqp|proton-j|qpid-proton|azure-xml).*\\.jar");

    private static final String CLASS_PATH =
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

    private @TempDir Path app;
    private Azurite azurite;
    private AmqpServer server;

    @BeforeEach
    void start() throws IOException {
        copy(StagedAppIT.APP, app);
        copy(Path.of("target/pull-functions"), app);
        for (String jar : List.of(CLASS_PATH.split(File.pathSeparator, -1))) {
            Path file = Path.of(jar);
            if (CLIENTS.matcher(file.getFileName().toString()).matches()) {
                Files.copy(file, app.resolve("lib").resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        azurite = Azurite.start();
        for (String container : List.of("archive", "checkpoints")) {
            new BlobServiceClientBuilder()
                    .connectionString(azurite.connectionString())
                    .buildClient()
                    .createBlobContainer(container);
        }
        server = AmqpServer.start().hub("orders", 2).queue("invoices");
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    @AfterEach
    void stop() {
        server.close();
        azurite.close();
    }

    private AzureFunctionsHost host(String... more) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "PERSISTOR_STORE",
                azurite.endpoint() + "/archive",
                "AZURE_STORAGE_CONNECTION_STRING",
                azurite.connectionString(),
                "PERSISTOR_EVENT_HUB_CHECKPOINTS",
                azurite.endpoint() + "/checkpoints",
                "EVENT_HUB_CONNECTION",
                server.connectionString(),
                "EVENT_HUB_NAME",
                "orders",
                "SERVICE_BUS_CONNECTION",
                server.connectionString(),
                "SERVICE_BUS_QUEUE",
                "invoices",
                "PERSISTOR_PULL_IDLE",
                "2s"));
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return AzureFunctionsHost.startPlaceholder(app, environment);
    }

    private static PullReport report(Response response) throws Exception {
        assertThat(response.status()).as(response.body()).isEqualTo(200);
        return PullReport.read(response.body().getBytes(StandardCharsets.UTF_8));
    }

    private static Response post(AzureFunctionsHost host, String function, String body) {
        return host.request(function, "POST", Map.of(), body);
    }

    @Test
    void hubsAndQueuesArePulledInTheWorker() throws Exception {
        try (EventHubProducerClient producer =
                        AmqpClients.eventHubs(server, "orders").buildProducerClient();
                ServiceBusSenderClient sender = AmqpClients.serviceBus(server)
                        .sender()
                        .queueName("invoices")
                        .buildClient()) {
            producer.send(IntStream.range(0, 50)
                    .mapToObj(i -> new EventData("event " + i))
                    .toList());
            IntStream.range(0, 20).forEach(i -> sender.sendMessage(new ServiceBusMessage("invoice " + i)));
        }
        try (AzureFunctionsHost host = host();
                BlobStore archive = BlobStores.open(
                        URI.create(azurite.endpoint() + "/archive"),
                        Map.of("AZURE_STORAGE_CONNECTION_STRING", azurite.connectionString()))) {
            assertThat(report(post(host, "EventHubPull", "")).persisted()).isEqualTo(50);
            assertThat(report(post(host, "ServiceBusPull", "{\"messages\": 15}"))
                            .persisted())
                    .isEqualTo(15);
            assertThat(report(post(host, "ServiceBusPull", "")).persisted()).isEqualTo(5);
            assertThat(StoredMessages.in(archive)).hasSize(70);
            assertThat(report(post(host, "EventHubPull", "")).received()).isZero();
            Response refused = post(host, "EventHubPull", "{\"messages\": 0}");
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.body()).contains("messages is 0");
            assertThat(post(host, "EventHubPull", "x".repeat(5_000)).status()).isEqualTo(413);
            Map<String, String> chunked = Map.of("Transfer-Encoding", "chunked");
            Response lost = host.request("EventHubPull", "POST", chunked, "{\"messages\": 1}");
            assertThat(lost.status()).isEqualTo(400);
            assertThat(lost.body()).contains("delivered no body");
        }
    }

    @Test
    void theInvokerCallsWithAKey() throws Exception {
        ConcurrentLinkedQueue<String> keys = new ConcurrentLinkedQueue<>();
        HttpServer target = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        target.createContext("/", exchange -> {
            keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("x-functions-key")));
            byte[] report =
                    ("{\"received\":5,\"persisted\":5,\"alreadyThere\":0,\"quarantined\":0,\"failed\":0,\"lost\":0,"
                                    + "\"bytes\":512,\"seconds\":1.5,\"stopped\":\"idle\"}")
                            .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, report.length);
            exchange.getResponseBody().write(report);
            exchange.close();
        });
        target.start();
        try (AzureFunctionsHost host = host(
                "PERSISTOR_INVOKER_TARGET",
                "http://127.0.0.1:" + target.getAddress().getPort() + "/api/pull/eventhub",
                "PERSISTOR_INVOKER_CALLS",
                "3",
                "PERSISTOR_INVOKER_KEY",
                "the key")) {
            Response answer = post(host, "Invoker", "");
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains("\"calls\":3,\"reports\":3", "\"persisted\":15");
            assertThat(keys).containsExactly("the key", "the key", "the key");
        } finally {
            target.stop(0);
        }
    }

    @Test
    void anInvokerWithoutATargetSaysSo() {
        try (AzureFunctionsHost host = host()) {
            assertThat(post(host, "Invoker", "").status()).isEqualTo(500);
        }
    }
}
