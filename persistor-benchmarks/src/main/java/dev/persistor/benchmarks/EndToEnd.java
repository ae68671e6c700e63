package dev.persistor.benchmarks;

import com.google.cloud.NoCredentials;
import com.google.cloud.storage.BlobId;
import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.StorageOptions;
import dev.persistor.core.Persistor;
import dev.persistor.core.Receipt;
import dev.persistor.core.batch.Batching;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.JsonLinesFormat;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.core.store.memory.MemoryBlobStore;
import dev.persistor.testkit.FaultyBlobStore;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Messages a second through the real Cloud Storage client into a server in another process: a bare loop of the SDK, Persistor
 * with one object a message, Persistor with group commit. Rounds of all variants take turns, so that what the machine does
 * meanwhile meets each. Prints a table with ratios.
 */
public final class EndToEnd {

    private static final int ROUNDS = 5;
    private static final int WINDOW = 256;
    private static final String MANY_UNDER_WAY = WINDOW + " under way a caller";
    private static final Batching BATCHES = Batching.upTo(1_000).orAfter(Duration.ofMillis(5));
    private static final int[] CONCURRENCY = {1, 16, 128};

    private final List<Message> sample = SampleMessages.of(1_000);
    private int round;

    private EndToEnd() {}

    /** What is measured: messages a second, and objects for each thousand messages. */
    private record Result(double rate, double objects) {}

    /** Archives so many messages on so many callers, and returns how many objects that made. */
    @FunctionalInterface
    private interface Variant {
        int run(int messages, int callers) throws Exception;
    }

    /** Runs the comparisons: {@code sdk}, {@code latency}, or both without an argument. */
    public static void main(String[] arguments) throws Exception {
        EndToEnd comparison = new EndToEnd();
        List<String> chosen = arguments.length == 0 ? List.of("sdk", "latency") : List.of(arguments);
        if (chosen.contains("sdk")) {
            comparison.againstTheSdk();
        }
        if (chosen.contains("latency")) {
            comparison.againstLatency();
        }
    }

    private void againstTheSdk() throws Exception {
        try (ServerProcess server = ServerProcess.start(Duration.ZERO)) {
            Storage sdk = StorageOptions.http()
                    .setHost(server.endpoint())
                    .setProjectId("benchmark")
                    .setCredentials(NoCredentials.getInstance())
                    .build()
                    .getService();
            try (BlobStore store = open(server)) {
                Map<String, Variant> variants = new LinkedHashMap<>();
                variants.put("bare SDK loop", (messages, callers) -> bareLoop(sdk, messages, callers));
                variants.put("Persistor, raw", (messages, callers) -> raw(store, messages, callers));
                variants.put(
                        "Persistor, group commit, callers that wait",
                        (messages, callers) -> groupCommit(store, messages, callers, 1));
                variants.put(
                        "Persistor, group commit, " + MANY_UNDER_WAY,
                        (messages, callers) -> groupCommit(store, messages, callers, WINDOW));
                System.out.println(
                        "| into Cloud Storage's client and a local server | callers | messages a second | of the"
                                + " bare loop | objects for 1,000 messages |");
                System.out.println("|---|---|---|---|---|");
                for (int callers : CONCURRENCY) {
                    report(variants, callers, callers == 1 ? 1_000 : 4_000);
                }
            }
        }
    }

    private void againstLatency() throws Exception {
        try (ServerProcess server = ServerProcess.start(Duration.ofMillis(20));
                BlobStore far = open(server)) {
            System.out.println();
            System.out.println(
                    "| stores that take 20 ms a write | callers | messages a second | of one object a message |"
                            + " objects for 1,000 messages |");
            System.out.println("|---|---|---|---|---|");
            // A new one for each round: what it holds is memory of this process.
            Supplier<BlobStore> memory =
                    () -> FaultyBlobStore.over(new MemoryBlobStore()).delay(Duration.ofMillis(20));
            report(latency("in memory", memory), 128, 4_000);
            report(latency("Cloud Storage's client", () -> far), 128, 4_000);
        }
    }

    private Map<String, Variant> latency(String name, Supplier<BlobStore> store) {
        Map<String, Variant> variants = new LinkedHashMap<>();
        variants.put(name + ", raw", (messages, callers) -> raw(store.get(), messages, callers));
        variants.put(
                name + ", group commit, callers that wait",
                (messages, callers) -> groupCommit(store.get(), messages, callers, 1));
        variants.put(
                name + ", group commit, " + MANY_UNDER_WAY,
                (messages, callers) -> groupCommit(store.get(), messages, callers, WINDOW));
        return variants;
    }

    private static BlobStore open(ServerProcess server) {
        return BlobStores.open(URI.create("gs://archive"), Map.of("STORAGE_EMULATOR_HOST", server.endpoint()));
    }

    private void report(Map<String, Variant> variants, int callers, int messages) throws Exception {
        Map<String, List<Result>> results = new LinkedHashMap<>();
        for (int i = 0; i <= ROUNDS; i++) {
            for (Map.Entry<String, Variant> variant : variants.entrySet()) {
                Result result = measure(variant.getKey(), variant.getValue(), messages, callers);
                // The first round warms up.
                if (i > 0) {
                    results.computeIfAbsent(variant.getKey(), name -> new ArrayList<>())
                            .add(result);
                }
            }
        }
        double base = 0;
        for (Map.Entry<String, List<Result>> entry : results.entrySet()) {
            double rate =
                    median(entry.getValue().stream().mapToDouble(Result::rate).toArray());
            double objects = median(
                    entry.getValue().stream().mapToDouble(Result::objects).toArray());
            base = base == 0 ? rate : base;
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %d | %,.0f | %.2f | %,.0f |%n",
                    entry.getKey(),
                    callers,
                    rate,
                    rate / base,
                    objects);
        }
    }

    private Result measure(String name, Variant variant, int messages, int callers) throws Exception {
        // What keeps its callers busy gets more messages, so that each round takes about as long.
        int count = name.endsWith(MANY_UNDER_WAY) ? messages * 20 : messages;
        round++;
        long start = System.nanoTime();
        int objects = variant.run(count, callers);
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Result(count / seconds, objects * 1_000.0 / count);
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    /** The next messages, each with an id of its own. */
    private Message message(int number) {
        return sample.get(number % sample.size()).toBuilder()
                .id(round + "-" + number)
                .build();
    }

    private static void onCallers(int callers, CallerLoop loop, int messages) throws Exception {
        AtomicInteger next = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        try {
            List<Future<?>> ends = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                ends.add(threads.submit(() -> {
                    loop.run(next, messages);
                    return null;
                }));
            }
            for (Future<?> end : ends) {
                end.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** What one caller does until the messages are used up. */
    @FunctionalInterface
    private interface CallerLoop {
        void run(AtomicInteger next, int messages) throws Exception;
    }

    private int bareLoop(Storage sdk, int messages, int callers) throws Exception {
        onCallers(
                callers,
                (next, count) -> {
                    for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                        Message message = message(i);
                        byte[] payload = new byte[message.payloadSize()];
                        message.payload().get(payload);
                        BlobInfo blob = BlobInfo.newBuilder(
                                        BlobId.of("archive", "bare/2026/01/31/12/" + message.id() + ".bin"))
                                .setContentType("application/octet-stream")
                                .setMetadata(message.attributes().toMap())
                                .build();
                        sdk.create(blob, payload, Storage.BlobTargetOption.doesNotExist());
                    }
                },
                messages);
        return messages;
    }

    private int raw(BlobStore store, int messages, int callers) throws Exception {
        try (Persistor persistor = Persistor.builder(store).build()) {
            onCallers(
                    callers,
                    (next, count) -> {
                        for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                            persistor.persistAll(List.of(message(i)));
                        }
                    },
                    messages);
        }
        return messages;
    }

    private int groupCommit(BlobStore store, int messages, int callers, int window) throws Exception {
        Set<Object> blobs = Collections.synchronizedSet(new HashSet<>());
        try (Persistor persistor = Persistor.builder(store)
                .format(new JsonLinesFormat(Compression.NONE))
                .batching(BATCHES)
                .build()) {
            onCallers(
                    callers,
                    (next, count) -> {
                        Deque<CompletableFuture<Receipt>> underWay = new ArrayDeque<>();
                        for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                            underWay.add(persistor.persist(message(i)));
                            if (underWay.size() >= window) {
                                blobs.add(first(underWay).blob());
                            }
                        }
                        while (!underWay.isEmpty()) {
                            blobs.add(first(underWay).blob());
                        }
                    },
                    messages);
        }
        return blobs.size();
    }

    private static Receipt first(Deque<CompletableFuture<Receipt>> underWay)
            throws ExecutionException, InterruptedException {
        return underWay.remove().get();
    }
}
