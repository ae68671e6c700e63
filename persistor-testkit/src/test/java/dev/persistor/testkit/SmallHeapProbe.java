package dev.persistor.testkit;

import dev.persistor.core.batch.Batching;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.jsonl.JsonLinesFormat;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobSink;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.PutResult;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.core.write.Persistor;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * A process with a small heap whose store answers nobody while many times the heap is offered, and then does. Arguments: the
 * store's folder, how many messages, how many bytes may be held. It ends with 0 when all messages are durable.
 */
final class SmallHeapProbe {

    static final int PAYLOAD = 16 * 1024;
    private static final int CALLERS = 32;

    private SmallHeapProbe() {}

    public static void main(String[] arguments) throws InterruptedException {
        int count = Integer.parseInt(arguments[1]);
        long held = Long.parseLong(arguments[2]);
        CountDownLatch storeAnswers = new CountDownLatch(1);
        AtomicInteger offered = new AtomicInteger();
        Batching bounds = Batching.upTo(100)
                .orBytes(1024 * 1024)
                .orAfter(Duration.ofMillis(50))
                .holding(held);
        try (BlobStore store = BlobStore.over(FileDriver.open(Path.of(arguments[0])));
                Persistor persistor = Persistor.builder(new Gate(store, storeAnswers))
                        .format(new JsonLinesFormat(Compression.NONE))
                        .batching(bounds)
                        .concurrency(4)
                        .build()) {
            List<Thread> callers = IntStream.range(0, CALLERS)
                    .mapToObj(i -> new Thread(() -> {
                        for (int next = offered.getAndIncrement(); next < count; next = offered.getAndIncrement()) {
                            // Nobody waits for the future: it is memory, and nothing else, that holds the callers up.
                            persistor.persist(message(next)).exceptionally(failure -> {
                                System.exit(1);
                                return null;
                            });
                        }
                    }))
                    .toList();
            callers.forEach(Thread::start);
            while (!callers.stream().allMatch(SmallHeapProbe::waits)) {
                Thread.onSpinWait();
            }
            System.out.println("offered " + offered + " of " + count + " while the store does not answer");
            storeAnswers.countDown();
            for (Thread caller : callers) {
                caller.join();
            }
        }
    }

    private static boolean waits(Thread thread) {
        return thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TERMINATED;
    }

    static Message message(int number) {
        byte[] payload = new byte[PAYLOAD];
        Arrays.fill(payload, (byte) ('a' + number % 26));
        return Message.builder()
                .id("m" + number)
                .source("orders")
                .publishTime(Instant.parse("2026-01-31T00:00:00Z").plusMillis(number))
                .payload(payload)
                .build();
    }

    /** A sink that answers nobody before it is let. */
    private record Gate(BlobSink sink, CountDownLatch open) implements BlobSink {
        @Override
        public PutResult put(Blob blob) {
            try {
                open.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw BlobStoreException.retryable("write " + blob.name() + ": interrupted");
            }
            return sink.put(blob);
        }

        @Override
        public BlobLimits limits() {
            return sink.limits();
        }
    }
}
