package dev.persistor.gcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.testkit.ArchiveComparison;
import dev.persistor.testkit.GcsServer;
import dev.persistor.testkit.GcsServer.Fault;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Concurrent pushes through the real Functions Framework share blobs. It runs on what was packaged. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
class GroupCommitFunctionTest {

    /** What is in the store's blobs, each read once. */
    private static final class Durable {
        private final BlobStore store;
        private final MessageFormats formats = MessageFormats.installed();
        private final Set<BlobName> read = new HashSet<>();
        private final Set<String> ids = new HashSet<>();

        Durable(BlobStore store) {
            this.store = store;
        }

        synchronized boolean holds(Message message) {
            if (!ids.contains(message.id())) {
                readOn();
            }
            return ids.contains(message.id());
        }

        private void readOn() {
            for (BlobInfo info : store.list("").toList()) {
                if (read.add(info.name())) {
                    try (OpenBlob blob = store.open(info.name());
                            MessageReader messages = formats.read(blob, store)) {
                        messages.forEachRemaining(message -> ids.add(message.id()));
                    }
                }
            }
        }
    }

    @Test
    void invocationsShareBlobsAndNoneIsAnsweredBeforeItsBlobIsThere() throws Exception {
        List<Message> sent = ConcurrentPushes.messages(1_500);
        try (GcsServer gcs = GcsServer.start();
                BlobStore archive =
                        BlobStores.open(URI.create("gs://archive"), Map.of("STORAGE_EMULATOR_HOST", gcs.endpoint()));
                FunctionsFramework function = FunctionsFramework.start(
                        PubSubPushEndpoint.class,
                        ConcurrentPushes.settings("gs://archive", "STORAGE_EMULATOR_HOST", gcs.endpoint()))) {
            Durable durable = new Durable(archive);
            AtomicInteger answeredTooEarly = new AtomicInteger();
            ConcurrentPushes.onAllConnections(new ConcurrentLinkedQueue<>(sent), message -> {
                assertThat(ConcurrentPushes.status(function, message, 1)).isEqualTo(204);
                if (!durable.holds(message)) {
                    answeredTooEarly.incrementAndGet();
                }
                return true;
            });
            assertThat(answeredTooEarly).hasValue(0);
            ArchiveComparison comparison = ArchiveComparison.of(sent, archive);
            assertThat(comparison.isExact()).as("%s", comparison).isTrue();
            assertThat(comparison.blobs()).as("blobs for 1,500 messages").isLessThan(300);
        }
    }

    @Test
    void theAnswerWaitsForTheStore() throws Exception {
        CountDownLatch letGo = new CountDownLatch(1);
        try (GcsServer gcs = GcsServer.start();
                FunctionsFramework function = FunctionsFramework.start(
                        PubSubPushEndpoint.class,
                        ConcurrentPushes.settings("gs://archive", "STORAGE_EMULATOR_HOST", gcs.endpoint()))) {
            gcs.holdUploads(letGo);
            List<Message> sent = ConcurrentPushes.messages(ConcurrentPushes.CONNECTIONS);
            ExecutorService threads = Executors.newFixedThreadPool(ConcurrentPushes.CONNECTIONS);
            try {
                List<Future<Integer>> answers = sent.stream()
                        .map(message -> threads.submit(() -> ConcurrentPushes.status(function, message, 1)))
                        .toList();
                Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> gcs.uploads() > 0);
                boolean early = answers.stream().anyMatch(Future::isDone);
                letGo.countDown();
                assertThat(early).as("answered while the store had not").isFalse();
                for (Future<Integer> answer : answers) {
                    assertThat(answer.get()).isEqualTo(204);
                }
            } finally {
                letGo.countDown();
                threads.shutdownNow();
            }
        }
    }

    @Test
    void whileTheStoreIsDownEveryInvocationOfABatchIsGivenBack() throws Exception {
        List<Message> sent = ConcurrentPushes.messages(300);
        try (GcsServer gcs = GcsServer.start();
                BlobStore archive =
                        BlobStores.open(URI.create("gs://archive"), Map.of("STORAGE_EMULATOR_HOST", gcs.endpoint()));
                FunctionsFramework function = FunctionsFramework.start(
                        PubSubPushEndpoint.class,
                        ConcurrentPushes.settings("gs://archive", "STORAGE_EMULATOR_HOST", gcs.endpoint()))) {
            gcs.failUploads(
                    Stream.generate(() -> Fault.UNAVAILABLE).limit(5_000).toArray(Fault[]::new));
            ConcurrentPushes.onAllConnections(new ConcurrentLinkedQueue<>(sent), message -> {
                assertThat(ConcurrentPushes.status(function, message, 1)).isEqualTo(503);
                return true;
            });
            assertThat(archive.list("")).isEmpty();
            gcs.clearFaults();
            ConcurrentPushes.onAllConnections(new ConcurrentLinkedQueue<>(sent), message -> {
                assertThat(ConcurrentPushes.status(function, message, 2)).isEqualTo(204);
                return true;
            });
            assertThat(ArchiveComparison.of(sent, archive).isExact()).isTrue();
        }
    }
}
