package dev.persistor.core.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.format.ReadContext;
import dev.persistor.core.format.ReadableFormat;
import dev.persistor.core.format.jsonl.JsonLinesFormat;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.core.write.Persistor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ConcurrentReaderTest {

    private static final int BLOBS = 12;
    private static final int PROCESSORS = 2;

    private final BlobStore store = BlobStore.over(new MemoryDriver());
    private final AtomicInteger begun = new AtomicInteger();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final CountingSource source = new CountingSource(store) {
        @Override
        public OpenBlob open(BlobName name) {
            threads.add(Thread.currentThread());
            return super.open(name);
        }
    };

    private List<Message> persist(int payloadSize) {
        List<Message> messages = IntStream.range(0, BLOBS)
                .mapToObj(number -> Message.builder()
                        .id(Integer.toString(number))
                        .source("orders")
                        .publishTime(Instant.EPOCH.plusSeconds(number))
                        .payload("x".repeat(payloadSize).getBytes(StandardCharsets.US_ASCII))
                        .build())
                .toList();
        try (Persistor persistor = Persistor.builder(store)
                .format(new JsonLinesFormat(Compression.NONE))
                .build()) {
            messages.forEach(message -> persistor.persistAll(List.of(message)));
        }
        return messages;
    }

    private ConcurrentReader reader() {
        return reader(store.list("").sorted((a, b) -> number(a) - number(b)), BLOBS);
    }

    private ConcurrentReader reader(Stream<BlobInfo> blobs, int concurrency) {
        MessageFormats formats = MessageFormats.installed().withLayout(new Counted());
        return new ConcurrentReader(
                blobs,
                (blob, fetched) -> new BlobReading(
                        blob,
                        source,
                        formats,
                        MessageFilter.ALL,
                        new HeldContent.Arrays(),
                        ReadOptions.DEFAULT,
                        fetched),
                () -> concurrency,
                PROCESSORS,
                ConcurrentReader.HELD_BYTES);
    }

    private static int number(BlobInfo blob) {
        String name = blob.name().value();
        return Integer.parseInt(name.substring(name.lastIndexOf('/') + 1, name.indexOf('.')));
    }

    @Test
    void allBlobsAreFetchedAndMessagesMadeOfTheFirst() {
        List<Message> messages = persist(2 << 20);
        List<Message> read = new ArrayList<>();
        try (ConcurrentReader reader = reader()) {
            assertThat(reader.hasNext()).isTrue();
            await().until(() -> source.openings.get() == BLOBS);
            assertThat(begun.get()).isLessThanOrEqualTo(PROCESSORS);
            reader.forEachRemaining(archived -> read.add(archived.message()));
        }
        assertThat(read).isEqualTo(messages);
        assertThat(begun.get()).isEqualTo(BLOBS);
    }

    @Test
    void ofSmallBlobsMessagesAreMadeOfMoreThanThereAreProcessors() {
        List<Message> unused = persist(10);
        try (ConcurrentReader reader = reader()) {
            assertThat(reader.hasNext()).isTrue();
            await().until(() -> begun.get() == BLOBS);
        }
    }

    @Test
    void closingReleasesThreadsWhoseTurnNeverCame() {
        List<Message> unused = persist(2 << 20);
        try (ConcurrentReader reader = reader()) {
            assertThat(reader.hasNext()).isTrue();
            await().until(() -> source.openings.get() == BLOBS);
        }
        await().until(() -> threads.stream().noneMatch(Thread::isAlive));
    }

    @Test
    void noMoreIsFetchedThanMayBeHeld() {
        List<Message> unused = persist(2 << 20);
        List<BlobInfo> many = IntStream.range(0, 200)
                .mapToObj(number -> store.list("").findFirst().orElseThrow())
                .toList();
        try (ConcurrentReader reader = reader(many.stream(), many.size())) {
            assertThat(reader.hasNext()).isTrue();
            await().until(() -> source.openings.get() >= 31);
            // 64 MiB, and what follows the first.
            await().during(Duration.ofMillis(300)).until(() -> source.openings.get() <= 32 + 2);
        }
    }

    @Test
    void anArchiveCanHoldLess() {
        List<Message> messages = persist(2 << 20);
        Archive archive =
                Archive.on(source).concurrency(BLOBS).fetchedAhead(6 << 20).build();
        try (ArchiveReader reader = archive.read(MessageFilter.ALL, ReadOrder.NONE)) {
            assertThat(reader.hasNext()).isTrue();
            await().during(Duration.ofMillis(200)).until(() -> source.openings.get() <= 3 + 1);
            reader.forEachRemaining(archived -> {});
            assertThat(reader.blobsRead()).isEqualTo(messages.size());
        }
    }

    @Test
    void noMoreAreFetchedAtATimeThanTheConcurrencyIs() {
        List<Message> messages = persist(10);
        AtomicInteger atATime = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountingSource counted = new CountingSource(store) {
            @Override
            public OpenBlob open(BlobName name) {
                most.accumulateAndGet(atATime.incrementAndGet(), Math::max);
                LockSupport.parkNanos(1_000_000);
                atATime.decrementAndGet();
                return super.open(name);
            }
        };
        try (ArchiveReader reader =
                Archive.on(counted).concurrency(3).build().read(MessageFilter.ALL, ReadOrder.NONE)) {
            reader.forEachRemaining(archived -> {});
            assertThat(reader.blobsRead()).isEqualTo(messages.size());
        }
        assertThat(most.get()).isBetween(1, 3);
    }

    /** Counts of how many blobs messages are made. */
    private final class Counted implements ReadableFormat {

        private final JsonLinesFormat format = new JsonLinesFormat(Compression.NONE);

        @Override
        public String name() {
            return "counted";
        }

        @Override
        public boolean holdsMessages(BlobInfo blob) {
            return format.holdsMessages(blob);
        }

        @Override
        public MessageReader read(OpenBlob blob, BlobSource from, ReadContext context) {
            begun.incrementAndGet();
            return format.read(blob, from, context);
        }
    }

    private ConcurrentReader failing(Supplier<Error> error) {
        CountingSource broken = new CountingSource(store) {
            @Override
            public OpenBlob open(BlobName name) {
                if (name.value().endsWith("/1.jsonl") || name.value().contains("/1.")) {
                    throw error.get();
                }
                return super.open(name);
            }
        };
        return new ConcurrentReader(
                store.list("").sorted((a, b) -> number(a) - number(b)),
                (blob, fetched) -> new BlobReading(
                        blob,
                        broken,
                        MessageFormats.installed(),
                        MessageFilter.ALL,
                        new HeldContent.Arrays(),
                        ReadOptions.DEFAULT,
                        fetched),
                () -> BLOBS,
                PROCESSORS,
                ConcurrentReader.HELD_BYTES);
    }

    @Test
    @Timeout(60)
    void anErrorOfAThreadThatReadsEndsTheReadingAndIsNoDamage() {
        List<Message> unused = persist(10);
        List<Supplier<Error>> errors = List.of(
                () -> new OutOfMemoryError("Java heap space (not really)"),
                () -> new NoClassDefFoundError("client/Missing"),
                StackOverflowError::new);
        for (Supplier<Error> error : errors) {
            Class<?> kind = error.get().getClass();
            try (ConcurrentReader reader = failing(error)) {
                assertThat(reader.next().message().id()).isEqualTo("0");
                assertThatThrownBy(reader::hasNext).isInstanceOf(kind);
                assertThatThrownBy(reader::hasNext).as("asked again").isInstanceOf(kind);
                assertThat(reader.findings()).isEmpty();
            }
        }
    }
}
