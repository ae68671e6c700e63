package dev.persistor.core.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.archive.NotedTemplates;
import dev.persistor.core.archive.Verification;
import dev.persistor.core.fixtures.PassingDriver;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobDriver;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSink;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.PutResult;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.core.write.StoreNotes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemplateNoteTest {

    private static final PathTemplate TEMPLATE = PathTemplate.parse("{attr:a\"b|none}/{yyyy}/{id}{ext}");

    private @TempDir Path folder;

    @Test
    void theNoteHoldsTheTemplateAndNoListingVerificationOrCountHasIt() {
        for (BlobDriver driver : List.of(new MemoryDriver(), FileDriver.open(folder))) {
            try (BlobStore store = BlobStore.over(driver)) {
                new TemplateNote(store, TEMPLATE, Duration.ZERO).blobWritten();
                await().until(() ->
                        store.find(StoreNotes.template(TEMPLATE).name()).isPresent());
                try (OpenBlob note = store.open(StoreNotes.template(TEMPLATE).name())) {
                    assertThat(new String(note.readVerified(), StandardCharsets.UTF_8))
                            .isEqualTo("{\"path\":\"{attr:a\\\"b|none}/{yyyy}/{id}{ext}\"}\n");
                }
                assertThat(store.list("")).isEmpty();
                assertThat(store.list(BlobName.NOTES))
                        .singleElement()
                        .extracting(BlobInfo::name)
                        .isEqualTo(StoreNotes.template(TEMPLATE).name());
                assertThat(store.first("", "")).isEmpty();
                MessageFilter bound = MessageFilter.builder().source("any").build();
                assertThat(NotedTemplates.in(store, bound)).containsExactly(TEMPLATE);
                assertThat(NotedTemplates.in(store, MessageFilter.ALL)).isEmpty();
                Archive archive = Archive.on(store).anyNames().build();
                Verification found = archive.verify(MessageFilter.ALL, List.of());
                assertThat(found.foreignCount()).isZero();
                assertThat(found.blobs()).isZero();
                assertThat(archive.statistics(MessageFilter.ALL).blobs()).isZero();
            }
        }
    }

    @Test
    void notesThatAreMalformedOrTooLongCountForNothing() {
        try (BlobStore store = BlobStore.over(new MemoryDriver())) {
            note(store, "1", "{\"path\":\"{id\"}");
            note(store, "2", "{\"path\":");
            note(store, "3", "[1,{\"template\":\"{id}\"}]");
            note(store, "4", "{\"path\":\"" + "x".repeat(70_000) + "/{id}\"}");
            note(store, "5", "{\"since\":1,\"path\":\"new/{id}{ext}\"}");
            assertThat(NotedTemplates.in(
                            store, MessageFilter.builder().source("any").build()))
                    .containsExactly(PathTemplate.parse("new/{id}{ext}"));
        }
    }

    private static void note(BlobSink store, String name, String content) {
        store.put(Blob.of(
                BlobName.of(BlobName.TEMPLATES + name + ".json"),
                content.getBytes(StandardCharsets.UTF_8),
                "application/json",
                BlobMetadata.builder().build()));
    }

    @Test
    void aStoreThatFailsOrHangsNeitherFailsNorDelaysACapture() {
        CountDownLatch hanging = new CountDownLatch(1);
        BlobSink broken = new BlobSink() {
            @Override
            public PutResult put(Blob blob) {
                hanging.countDown();
                throw BlobStoreException.permanent("write " + blob.name() + ": refused");
            }

            @Override
            public BlobLimits limits() {
                return new BlobLimits(1024, 1024, 8192);
            }
        };
        TemplateNote note = new TemplateNote(broken, TEMPLATE, Duration.ZERO);
        assertThatCode(note::blobWritten).doesNotThrowAnyException();
        await().until(() -> hanging.getCount() == 0);
        assertThatCode(note::blobWritten).as("once is enough").doesNotThrowAnyException();
    }

    /** The common pool may have one thread, in which the JDK's HTTP client completes the answer to the write. */
    @Test
    void theCommonPoolDoesNotWaitForTheStore() {
        CompletableFuture<String> thread = new CompletableFuture<>();
        BlobDriver driver = new PassingDriver(
                new MemoryDriver(),
                blob -> thread.complete(Thread.currentThread().getName()));
        try (BlobStore store = BlobStore.over(driver)) {
            new TemplateNote(store, TEMPLATE, Duration.ZERO).blobWritten();
            assertThat(thread.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo("persistor-template-note");
        }
    }

    @Test
    void nothingIsWrittenToAStoreThatIsClosedBefore() {
        Duration delay = Duration.ofMillis(100);
        try (BlobStore closed = BlobStore.over(new MemoryDriver());
                BlobStore open = BlobStore.over(new MemoryDriver())) {
            TemplateNote note = new TemplateNote(closed, TEMPLATE, delay);
            note.blobWritten();
            note.close();
            new TemplateNote(open, TEMPLATE, delay).blobWritten();
            await().until(() -> open.list(BlobName.NOTES).findAny().isPresent());

            assertThat(closed.list(BlobName.NOTES)).isEmpty();
        }
    }
}
