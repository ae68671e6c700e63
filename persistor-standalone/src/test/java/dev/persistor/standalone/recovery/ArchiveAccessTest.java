package dev.persistor.standalone.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.fixtures.ForwardingDriver;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobPage;
import dev.persistor.core.store.BlobRange;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.memory.MemoryDriver;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ArchiveAccessTest {

    private final AtomicInteger lists = new AtomicInteger();
    private final BlobStore store = BlobStore.over(new ForwardingDriver(new MemoryDriver()) {
        @Override
        public BlobPage page(BlobRange range) throws Exception {
            assertThat(range.prefix()).isEqualTo(BlobName.TEMPLATES);
            lists.incrementAndGet();
            return super.page(range);
        }
    });

    private Instant now = Instant.parse("2026-01-31T06:00:00Z");

    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    };

    @Test
    void theNotedTemplatesAreReadOnceAMinute() {
        ArchiveAccess access = ArchiveAccess.of(store, PathTemplate.DEFAULT, clock);
        assertThat(lists).hasValue(0);
        read(access);
        read(access);
        now = now.plus(Duration.ofSeconds(60));
        read(access);
        assertThat(lists).hasValue(1);
        now = now.plus(Duration.ofSeconds(1));
        read(access);
        assertThat(lists).hasValue(2);
    }

    private static void read(ArchiveAccess access) {
        Archive unused = access.reading(blob -> {}, bytes -> {});
    }
}
