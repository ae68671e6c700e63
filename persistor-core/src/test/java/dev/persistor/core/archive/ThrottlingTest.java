package dev.persistor.core.archive;

import static dev.persistor.core.fixtures.TestMessages.aMessage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.fixtures.ForwardingDriver;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.FailureKind;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.core.write.Persistor;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A service that answers within 20 ms, and allows 300 requests a second: as many as 6 at a time make. */
@Timeout(120)
class ThrottlingTest {

    private static final int MESSAGES = 1_000;
    private static final double ALLOWED = 300;
    private static final double BURST = 30;
    private static final long LATENCY_MILLIS = 20;

    private final MemoryDriver memory = new MemoryDriver();
    private final Service service = new Service();

    private final class Service extends ForwardingDriver {

        private double tokens = BURST;
        private long filled = System.nanoTime();
        private long throttled;

        Service() {
            super(memory);
        }

        @Override
        public Optional<OpenBlob> open(String key) throws Exception {
            boolean isAllowed = isAllowed();
            TimeUnit.MILLISECONDS.sleep(LATENCY_MILLIS);
            if (!isAllowed) {
                throw new IOException("429");
            }
            return super.open(key);
        }

        private synchronized boolean isAllowed() {
            long now = System.nanoTime();
            tokens = Math.min(BURST, tokens + (now - filled) * ALLOWED / 1e9);
            filled = now;
            if (tokens < 1) {
                throttled++;
                return false;
            }
            tokens--;
            return true;
        }

        synchronized long throttled() {
            return throttled;
        }

        @Override
        public FailureKind kindOf(Exception failure) {
            return FailureKind.THROTTLED;
        }
    }

    @Test
    void allIsReadAndFewRequestsAreThrottledOnceTheRateIsFound() {
        try (Persistor persistor = Persistor.builder(BlobStore.over(memory)).build()) {
            persistor.persistAll(IntStream.range(0, MESSAGES)
                    .mapToObj(number -> aMessage(Integer.toString(number), "x").build())
                    .toList());
        }
        int read = 0;
        long throttledBefore = 0;
        try (ArchiveReader reader =
                Archive.on(BlobStore.over(service)).build().read(MessageFilter.ALL, ReadOrder.NONE)) {
            for (; reader.hasNext(); read++) {
                reader.next();
                throttledBefore = read == MESSAGES / 3 ? service.throttled() : throttledBefore;
            }
            assertThat(reader.findings()).isEmpty();
        }
        assertThat(read).isEqualTo(MESSAGES);
        // 16 at a time, the most that were read before, ask for 800 a second.
        assertThat(service.throttled() - throttledBefore).isLessThan(MESSAGES * 2 / 3 * 8 / 100);
    }
}
