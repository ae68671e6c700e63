package dev.persistor.demo;

import com.azure.storage.blob.BlobServiceClientBuilder;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.testkit.Azurite;
import dev.persistor.testkit.FaultProxy;
import dev.persistor.testkit.azure.AzureFunctionsHost;
import dev.persistor.testkit.azure.FunctionFailedException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Azure's part: the packed functions, called as the Functions host calls them, and Azurite behind a proxy that fails. Half
 * of the messages come from an event hub, a quarter from a Service Bus topic, a quarter from Event Grid.
 *
 * <p>Thread-safe.
 */
final class AzureDemo implements DemoCloud {

    /** The system property that names the folder of the packed functions. */
    static final String APP_PROPERTY = "persistor.functions.home";

    private static final String CONTAINER = "archive";
    /** Held here, because the JDK drops loggers without references, and their levels. */
    private static final Logger CLIENT_LOG = Logger.getLogger("com.azure.core.http.jdk.httpclient");

    private static final double FAULT_PROBABILITY = 0.25;

    private final List<AzureRoute> routes =
            List.of(new EventHubRoute(), new ServiceBusRoute(), new EventHubRoute(), new EventGridRoute());

    private final RunFolder folder;
    private final Azurite azurite;
    private final FaultProxy proxy;
    private final AzureFunctionsHost host;

    private AzureDemo(RunFolder folder, Azurite azurite, FaultProxy proxy, AzureFunctionsHost host) {
        this.folder = folder;
        this.azurite = azurite;
        this.proxy = proxy;
        this.host = host;
    }

    static AzureDemo start(RunFolder folder, long seed) throws IOException {
        Path app = Path.of(System.getProperty(APP_PROPERTY, "persistor-azure/target/azure-functions/persistor"));
        if (!Files.isRegularFile(app.resolve("host.json"))) {
            throw new IllegalStateException("the packed functions are missing in " + app.toAbsolutePath()
                    + "; run: mvn package -pl persistor-azure -am");
        }
        Azurite azurite = Azurite.start();
        try {
            // The bare client warns of each request with a body, such as this one.
            CLIENT_LOG.setLevel(Level.SEVERE);
            new BlobServiceClientBuilder()
                    .connectionString(azurite.connectionString())
                    .buildClient()
                    .createBlobContainer(CONTAINER);
            FaultProxy proxy = FaultProxy.random(azurite.port(), FAULT_PROBABILITY, seed);
            return new AzureDemo(folder, azurite, proxy, AzureFunctionsHost.start(app, environment(azurite, proxy)));
        } catch (RuntimeException | IOException e) {
            azurite.close();
            throw e;
        }
    }

    private static Map<String, String> environment(Azurite azurite, FaultProxy proxy) {
        return Map.of(
                "PERSISTOR_STORE",
                azurite.endpointThrough(proxy.port()) + "/" + CONTAINER,
                "AZURE_STORAGE_CONNECTION_STRING",
                azurite.connectionStringThrough(proxy.port()),
                // So short that some writes fail for longer, and only another delivery brings the message home.
                "PERSISTOR_RETRY_DEADLINE",
                "100ms",
                "PERSISTOR_EVENT_HUB_DEADLINE",
                "100ms",
                "EVENT_HUB_NAME",
                EventHubRoute.HUB,
                "SERVICE_BUS_TOPIC",
                ServiceBusRoute.TOPIC);
    }

    @Override
    public String description() {
        return "The packed Azure Functions run in process " + host.pid() + ", Azurite on port " + azurite.port()
                + ", process " + azurite.pid();
    }

    @Override
    public Message publish(Message message) {
        return routes.get((int) (Long.parseLong(message.id()) % routes.size())).publish(message);
    }

    @Override
    public boolean deliver(Message message, int attempt) {
        AzureRoute route = routes.stream()
                .filter(candidate -> candidate.source().equals(message.source()))
                .findFirst()
                .orElseThrow();
        try {
            return route.deliver(host, message, attempt);
        } catch (FunctionFailedException e) {
            return false;
        }
    }

    @Override
    public long faults() {
        return proxy.faults();
    }

    @Override
    public BlobStore openArchive() {
        return BlobStores.open(
                URI.create(azurite.endpoint() + "/" + CONTAINER),
                Map.of("AZURE_STORAGE_CONNECTION_STRING", azurite.connectionString()));
    }

    /** Azurite keeps all in memory, so what people look at afterwards is a copy. */
    @Override
    public void keep() throws IOException {
        try (BlobStore archive = openArchive()) {
            folder.copy(archive);
        }
        Files.writeString(folder.functionLog(), host.log());
    }

    @Override
    public String whereToLook() {
        return "archive         " + folder.archive() + ", a copy of Azurite's\nfunctions' log  " + folder.functionLog();
    }

    @Override
    public void close() {
        host.close();
        proxy.close();
        azurite.close();
    }
}
