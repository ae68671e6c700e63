package example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.format.RawFormat;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.replay.Checkpoint;
import dev.persistor.core.replay.ReplayReport;
import dev.persistor.core.replay.StorePublisher;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.core.store.memory.MemoryDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayExampleTest {

    private static final Instant FROM = Instant.parse("2026-01-31T02:00:00Z");

    @Test
    void theReadmesExampleReplaysWhatWasArchived(@TempDir Path folder) throws Exception {
        EmbedExample.archiveOne(folder.resolve("archive").toUri());
        BlobStore copies = BlobStore.over(new MemoryDriver());
        try (BlobStore store = BlobStore.over(FileDriver.open(folder.resolve("archive")));
                StorePublisher target = new StorePublisher(copies, PathTemplate.DEFAULT, new RawFormat());
                Checkpoint checkpoint = Checkpoint.open(folder.resolve("checkpoint"), "example")) {
            ReplayReport report = ReplayExample.replay(store, target, checkpoint, FROM, FROM.plusSeconds(3600));
            assertThat(report.published()).isEqualTo(1);
            assertThat(report.isComplete()).isTrue();
        }
        assertThat(Archive.on(copies).build().statistics(MessageFilter.ALL).messages())
                .isEqualTo(1);
    }

    @Test
    void theReadmeShowsTheExampleAsItIs() throws IOException {
        String source = Files.readString(Path.of("src/test/java/example/ReplayExample.java"));
        String body = source.substring(source.indexOf("        Archive archive"), source.lastIndexOf("    }\n}"));
        assertThat(Files.readString(Path.of("../README.md")))
                .contains(body.stripTrailing().stripIndent());
    }
}
