package dev.persistor.benchmarks;

import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.common.policy.RequestRetryOptions;
import com.azure.storage.common.policy.RetryPolicyType;
import dev.persistor.benchmarks.Comparison.Contender;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.testkit.Azurite;
import dev.persistor.testkit.FaultyBlobDriver;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/**
 * Messages a second through the real clients of Cloud Storage and Blob Storage, into a server in another process: a bare loop
 * of the SDK, Persistor with one object a message, Persistor with group commit. Prints tables with ratios.
 */
public final class EndToEnd {

    private static final int WINDOW = 256;
    private static final int MANY = 128;
    private static final Duration FAR = Duration.ofMillis(20);

    private final Comparison comparison;
    private final int messages;

    /**
     * Measures nothing yet.
     *
     * @param rounds how many rounds count
     * @param messages how many messages a turn has, more or less
     */
    EndToEnd(int rounds, int messages, PrintStream table) {
        this.comparison = new Comparison(rounds, table);
        this.messages = messages;
    }

    /**
     * Runs the comparisons, {@code sdk}, {@code azure}, {@code latency}, or all without an argument: then it takes some nine
     * minutes.
     */
    public static void main(String[] arguments) throws Exception {
        List<String> chosen = arguments.length == 0 ? List.of("sdk", "azure", "latency") : List.of(arguments);
        EndToEnd endToEnd = new EndToEnd(9, 4_000, System.out);
        if (chosen.contains("sdk")) {
            endToEnd.againstTheSdk(1, 16, MANY);
        }
        if (chosen.contains("azure")) {
            endToEnd.againstTheAzureSdk(1, 16, MANY);
        }
        if (chosen.contains("latency")) {
            endToEnd.againstLatency();
        }
    }

    void againstTheSdk(int... callers) throws IOException, ExecutionException, InterruptedException {
        comparison.begin("through the client, into a local server", "the bare loop");
        for (int count : callers) {
            // One caller alone waits for each answer, and would take as long as all others together.
            int each = count == 1 ? messages / 4 : messages;
            // A server for each, because it keeps in memory all that it was ever given.
            try (ServerProcess server = ServerProcess.start(Duration.ZERO);
                    BlobStore store = server.store();
                    BareStorage sdk = BareStorage.of(server)) {
                comparison.compare(
                        count,
                        List.of(
                                new Contender("bare SDK loop", each, Way.bareLoop(sdk.storage(), ServerProcess.BUCKET)),
                                new Contender("Persistor, one object a message", each, Way.oneObjectEach(store)),
                                waiting("Persistor", store, each),
                                windowed("Persistor", store, 10 * each)));
            }
        }
    }

    /** Azurite is one process of Node, which bounds all: so its turns have half of the messages. */
    void againstTheAzureSdk(int... callers) throws ExecutionException, InterruptedException {
        comparison.begin("through Azure's client, into Azurite", "the bare loop");
        for (int count : callers) {
            int each = count == 1 ? messages / 4 : messages / 2;
            // One for each, because it keeps in memory all that it was ever given.
            try (Azurite azurite = Azurite.start()) {
                BlobContainerClient container = container(azurite);
                try (BlobStore store = open(azurite)) {
                    comparison.compare(
                            count,
                            List.of(
                                    new Contender("bare SDK loop", each, Way.bareLoop(container)),
                                    new Contender("Persistor, one blob a message", each, Way.oneObjectEach(store)),
                                    waiting("Persistor", store, each),
                                    windowed("Persistor", store, 10 * each)));
                }
            }
        }
    }

    void againstLatency() throws IOException, ExecutionException, InterruptedException {
        comparison.begin("where a write takes " + FAR.toMillis() + " ms", "one object a message");
        comparison.compare(
                MANY,
                List.of(
                        new Contender(
                                "in memory, one object a message",
                                2 * messages,
                                (supply, callers) ->
                                        Way.oneObjectEach(farMemory()).archive(supply, callers)),
                        new Contender(
                                "in memory, group commit, callers that wait",
                                2 * messages,
                                (supply, callers) ->
                                        Way.groupCommit(farMemory(), 1).archive(supply, callers)),
                        new Contender(
                                "in memory, group commit, " + WINDOW + " under way a caller",
                                40 * messages,
                                (supply, callers) ->
                                        Way.groupCommit(farMemory(), WINDOW).archive(supply, callers))));
        try (ServerProcess server = ServerProcess.start(FAR);
                BlobStore store = server.store()) {
            comparison.compare(
                    MANY,
                    List.of(
                            new Contender(
                                    "through the client, one object a message", messages, Way.oneObjectEach(store)),
                            waiting("through the client", store, messages),
                            windowed("through the client", store, 20 * messages)));
        }
    }

    /** A new one for each turn, because it keeps all that it was ever given. */
    private static BlobStore farMemory() {
        return BlobStore.over(FaultyBlobDriver.over(new MemoryDriver()).delay(FAR));
    }

    private static Contender waiting(String name, BlobStore store, int count) {
        return new Contender(name + ", group commit, callers that wait", count, Way.groupCommit(store, 1));
    }

    private static Contender windowed(String name, BlobStore store, int count) {
        return new Contender(
                name + ", group commit, " + WINDOW + " under way a caller", count, Way.groupCommit(store, WINDOW));
    }

    private static BlobStore open(Azurite azurite) {
        return open(azurite, azurite.port());
    }

    /** Opens Persistor's store in the container of an emulator through a port. */
    static BlobStore open(Azurite azurite, int port) {
        return BlobStores.open(
                URI.create(azurite.endpointThrough(port) + "/" + ServerProcess.BUCKET),
                Map.of("AZURE_STORAGE_CONNECTION_STRING", azurite.connectionStringThrough(port)));
    }

    /** The client of the bare loop over the JDK's HTTP client, with the limits of Persistor's store, and no retries either. */
    private static BlobContainerClient container(Azurite azurite) {
        BlobContainerClient container = container(azurite, azurite.port());
        container.create();
        return container;
    }

    /** Returns the bare client of a container through a port. */
    static BlobContainerClient container(Azurite azurite, int port) {
        Duration limit = Duration.ofSeconds(20);
        return new BlobServiceClientBuilder()
                .httpClient(new JdkHttpClientBuilder()
                        .connectionTimeout(Duration.ofSeconds(5))
                        .responseTimeout(limit)
                        .readTimeout(limit)
                        .writeTimeout(limit)
                        .build())
                .retryOptions(new RequestRetryOptions(
                        RetryPolicyType.FIXED, 1, (Duration) null, Duration.ofMillis(1), Duration.ofMillis(1), null))
                .connectionString(azurite.connectionStringThrough(port))
                .buildClient()
                .getBlobContainerClient(ServerProcess.BUCKET);
    }
}
