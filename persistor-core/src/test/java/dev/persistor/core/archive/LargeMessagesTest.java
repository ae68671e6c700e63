package dev.persistor.core.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.core.write.Persistor;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many blobs are read at a time, and still one large message is made at a time: memory does not grow with the concurrency. */
@Timeout(60)
class LargeMessagesTest {

    private static final int BLOBS = 6;
    /** More than what is held while a checksum is compared, so that a blob is opened once more to make its message. */
    private static final int LARGE = 5 << 20;

    private final AtomicInteger taken = new AtomicInteger();
    private final Queue<String> early = new ConcurrentLinkedQueue<>();

    /** Notes blobs whose messages are made before those of all blobs before them were taken. */
    private final class Watched implements BlobSource {

        private final BlobStore store;
        private final Set<BlobName> compared = ConcurrentHashMap.newKeySet();

        Watched(BlobStore store) {
            this.store = store;
        }

        @Override
        public Stream<BlobInfo> list(String prefix, String startAfter) {
            return store.list(prefix, startAfter);
        }

        @Override
        public Optional<BlobInfo> find(BlobName name) {
            return store.find(name);
        }

        @Override
        public OpenBlob open(BlobName name) {
            OpenBlob blob = store.open(name);
            if (compared.add(name)) {
                return blob;
            }
            int before = Integer.parseInt(name.value().replaceAll(".*/(\\d)\\.bin", "$1"));
            return new OpenBlob(blob.info(), new Noting(blob.content(), before));
        }
    }

    private final class Noting extends FilterInputStream {

        private final int before;

        Noting(InputStream in, int before) {
            super(in);
            this.before = before;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (taken.get() < before) {
                early.add("blob " + before + " when " + taken + " messages were taken");
            }
            return super.read(bytes, offset, length);
        }
    }

    @Test
    void aLargeMessageIsMadeWhenAllBeforeItAreTaken() {
        try (BlobStore store = BlobStore.over(new MemoryDriver());
                Persistor persistor = Persistor.builder(store).build()) {
            persistor.persistAll(IntStream.range(0, BLOBS)
                    .mapToObj(number -> Message.builder()
                            .id(Integer.toString(number))
                            .source("orders")
                            .publishTime(Instant.EPOCH)
                            .payload(new byte[LARGE])
                            .build())
                    .toList());
            Archive archive = Archive.on(new Watched(store)).concurrency(BLOBS).build();
            try (ArchiveReader messages = archive.read(MessageFilter.ALL, ReadOrder.NONE)) {
                messages.forEachRemaining(message -> taken.incrementAndGet());
                assertThat(messages.findings()).isEqualTo(List.of());
            }
        }
        assertThat(taken).hasValue(BLOBS);
        assertThat(early).isEmpty();
    }
}
