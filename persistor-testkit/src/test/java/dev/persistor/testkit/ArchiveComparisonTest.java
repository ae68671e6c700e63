package dev.persistor.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.message.Message;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.core.write.Persistor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ArchiveComparisonTest {

    private final BlobStore store = BlobStore.over(new MemoryDriver());
    private final List<Message> messages =
            Stream.generate(new MessageGenerator(1)::next).limit(10).toList();

    private void archive(List<Message> archived, String template) {
        try (Persistor persistor =
                Persistor.builder(store).naming(PathTemplate.parse(template)).build()) {
            persistor.persistAll(archived);
        }
    }

    @Test
    void anExactArchiveIsExact() {
        archive(messages, "{source}/{id}");
        ArchiveComparison comparison = ArchiveComparison.of(messages, store);
        assertThat(comparison.isExact()).isTrue();
        assertThat(comparison.blobs()).isEqualTo(10);
    }

    @Test
    void whatIsMissingIsLost() {
        archive(messages.subList(1, 10), "{source}/{id}");
        ArchiveComparison comparison = ArchiveComparison.of(messages, store);
        assertThat(comparison.lost()).hasSize(1);
        assertThat(comparison.isExact()).isFalse();
    }

    @Test
    void whatDiffersInAByteIsAltered() {
        Message other =
                messages.get(3).toBuilder().payload(new byte[] {42, 42, 42}).build();
        archive(List.of(other), "{source}/{id}");
        assertThat(ArchiveComparison.of(List.of(messages.get(3)), store).altered())
                .hasSize(1);
    }

    @Test
    void whatIsThereTwiceIsADuplicate() {
        archive(messages, "a/{source}/{id}");
        archive(messages.subList(0, 2), "b/{source}/{id}");
        ArchiveComparison comparison = ArchiveComparison.of(messages, store);
        assertThat(comparison.duplicates()).hasSize(2);
        assertThat(comparison.lost()).isEmpty();
    }

    @Test
    void whatWasNotSentIsUnexpected() {
        archive(messages, "{source}/{id}");
        assertThat(ArchiveComparison.of(messages.subList(0, 9), store).unexpected())
                .hasSize(1);
    }
}
