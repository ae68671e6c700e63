package dev.persistor.core.format.foreign;

import static dev.persistor.core.format.foreign.ForeignArchive.blob;
import static dev.persistor.core.format.foreign.ForeignArchive.readAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.format.Compression;
import dev.persistor.core.format.FormatException;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.RawFormat;
import dev.persistor.core.format.jsonl.JsonLinesFormat;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.core.store.memory.MemoryDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForeignLayoutsTest {

    private static final Message OWN = Message.builder()
            .id("1")
            .source("orders")
            .publishTime(Instant.parse("2026-01-31T02:10:00Z"))
            .payload(new byte[] {'o', 'w', 'n'})
            .build();

    /** One blob of each layout and some of nobody's, as they may lie side by side. */
    private static final List<String[]> FILES = List.of(
            new String[] {"2020/03/01/09/msg-77.txt", "gcp"},
            new String[] {"HUB/2020/3/1/9-5.txt", "{\"DATA\": \"azure\"}"},
            new String[] {"exports/2026-01-31T02:10:00+00:00_a1b2c3", "text\n"},
            new String[] {"README.md", "read me"},
            new String[] {"_SUCCESS", ""},
            new String[] {"2020/03/01/notes.txt", "nothing"});

    private static final MessageFormats ALL = MessageFormats.installed()
            .withLayouts(
                    ForeignLayouts.names().stream().map(ForeignLayouts::named).toList());

    @Test
    void theCoreBringsThese() {
        assertThat(ForeignLayouts.names())
                .containsExactly("pubsub-text", "dataflow-text", "persistor-gcp", "persistor-azure");
        assertThat(ForeignLayouts.names())
                .allSatisfy(
                        name -> assertThat(ForeignLayouts.named(name).name()).isEqualTo(name));
    }

    @Test
    void anUnknownNameIsRefusedWithThoseThatAreThere() {
        assertThatThrownBy(() -> ForeignLayouts.named("capture"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no module on the class path provides the layout capture; available: pubsub-text,"
                        + " dataflow-text, persistor-gcp, persistor-azure");
    }

    @Test
    void blobsOfOthersAreNoMessagesUnlessTheirLayoutIsNamed() {
        try (BlobStore store = BlobStore.over(new MemoryDriver())) {
            FILES.forEach(file -> store.put(blob(file[0], file[1])));
            assertThat(readAll(store, MessageFormats.installed())).isEmpty();
            assertThat(readAll(store, MessageFormats.installed().withLayout(ForeignLayouts.named("persistor-gcp"))))
                    .extracting(ForeignArchive::payload)
                    .containsExactly("gcp");
        }
    }

    @Test
    void allLayoutsAreReadSideBySideWithWhatPersistorWrote() {
        try (BlobStore store = BlobStore.over(new MemoryDriver())) {
            FILES.forEach(file -> store.put(blob(file[0], file[1])));
            new JsonLinesFormat(Compression.GZIP)
                    .encode(BlobName.of("orders/2026/01/31/02/a.jsonl.gz"), List.of(OWN), store.limits())
                    .forEach(store::put);
            assertThat(readAll(store, ALL))
                    .extracting(ForeignArchive::payload)
                    .containsExactly("gcp", "azure", "text", "own");
        }
    }

    @Test
    void filesThatNoStoreOfPersistorsWroteAreReadFromAFolder(@TempDir Path folder) throws IOException {
        for (String[] file : FILES) {
            Path path = folder.resolve(file[0]);
            Files.createDirectories(path.getParent());
            Files.writeString(path, file[1]);
        }
        try (BlobStore store = BlobStore.over(FileDriver.open(folder))) {
            assertThat(readAll(store, ALL)).extracting(ForeignArchive::payload).containsExactly("gcp", "azure", "text");
        }
    }

    @Test
    void aBlobThatSaysThatPersistorWroteItIsNoneOfOthersWhateverItsName() {
        BlobName name = BlobName.of("2020/03/01/09/msg-77.txt");
        try (BlobStore store = BlobStore.over(new MemoryDriver())) {
            new RawFormat().encode(name, List.of(OWN), store.limits()).forEach(store::put);
            assertThat(readAll(store, ALL)).containsExactly(OWN);
            try (OpenBlob blob = store.open(name)) {
                assertThatThrownBy(() -> ForeignLayouts.named("persistor-gcp").read(blob, store))
                        .isInstanceOf(FormatException.class)
                        .hasMessage("2020/03/01/09/msg-77.txt is not of the layout persistor-gcp");
            }
        }
    }

    @Test
    void whoeverNamesALayoutKnowsBetterThanAnExtension() {
        try (BlobStore store = BlobStore.over(new MemoryDriver())) {
            store.put(blob("exports/2026-01-31T02:10:00+00:00_a1b2c3.jsonl", "{}\n"));
            assertThat(readAll(store, ALL)).extracting(ForeignArchive::payload).containsExactly("{}");
        }
    }

    @Test
    void namingALayoutLeavesTheFormatsAsTheyWere() {
        MessageFormats installed = MessageFormats.installed();
        MessageFormats both = installed.withLayout(ForeignLayouts.named("persistor-gcp"));
        try (BlobStore store = BlobStore.over(new MemoryDriver())) {
            store.put(blob("2020/03/01/09/msg-77.txt", "gcp"));
            assertThat(readAll(store, installed)).isEmpty();
            assertThat(readAll(store, both)).hasSize(1);
        }
    }
}
