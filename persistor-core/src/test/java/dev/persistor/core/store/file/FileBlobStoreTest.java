package dev.persistor.core.store.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobCollisionException;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.ExistingBlob;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.PutResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileBlobStoreTest {

    private @TempDir Path folder;
    private FileBlobStore store;

    @BeforeEach
    void open() {
        store = FileBlobStore.open(folder.resolve("archive"));
    }

    private static Blob blob(String name, int content) {
        return Blob.of(
                BlobName.of(name), new byte[] {(byte) content}, "t/t", BlobMetadata.of(Map.of("persistor-id", "1")));
    }

    private Path file(String name) throws IOException {
        return folder.resolve("archive").toRealPath().resolve(name);
    }

    @Test
    void theContentIsAPlainFileOfTheBlobsName() throws IOException {
        store.put(blob("a/b.bin", 7));
        assertThat(file("a/b.bin")).hasBinaryContent(new byte[] {7});
    }

    @Test
    void readingWritesNothing() throws IOException {
        Path others = Files.createDirectory(folder.resolve("others"));
        Files.writeString(others.resolve("notes.txt"), "not of Persistor");
        try (FileBlobStore reading = FileBlobStore.open(others)) {
            assertThat(reading.list("")).hasSize(1);
        }
        assertThat(others).isDirectoryNotContaining("glob:**/.persistor");
    }

    @Test
    void noTemporaryFileRemains() throws IOException {
        store.put(blob("a", 1));
        store.put(blob("a", 1));
        assertThatThrownBy(() -> store.put(blob("a", 2))).isInstanceOf(BlobCollisionException.class);
        assertThat(file(".persistor/tmp")).isEmptyDirectory();
    }

    @Test
    void aWriterThatDiedBeforeTheContentWasThereIsFinishedByTheNext() throws IOException {
        store.put(blob("a", 1));
        Files.delete(file("a"));

        assertThat(store.find(BlobName.of("a"))).isEmpty();
        assertThat(store.put(blob("a", 1))).isEqualTo(PutResult.CREATED);
        assertThat(file("a")).hasBinaryContent(new byte[] {1});
    }

    /** Two deliveries of a message may write sidecars of different bytes, of which one speaks for the other. */
    @Test
    void whatADeadWriterDescribedIsNotFilledWithOtherBytes() throws IOException {
        store.put(sidecar("expires at 1"));
        Files.delete(file("a"));

        assertThat(store.put(sidecar("expires at 22"))).isEqualTo(PutResult.CREATED);

        try (OpenBlob opened = store.open(BlobName.of("a"))) {
            assertThat(opened.readVerified()).asString().isEqualTo("expires at 22");
        }
    }

    private static Blob sidecar(String content) {
        return Blob.of(
                BlobName.of("a"),
                content.getBytes(StandardCharsets.UTF_8),
                "application/json",
                BlobMetadata.of(Map.of(ExistingBlob.SIDECAR_OF, "1")));
    }

    @Test
    void aWriterThatDiedBeforeTheContentWasThereLosesItsNameToAnotherAfterAWhile() throws IOException {
        store.put(blob("a", 1));
        Files.delete(file("a"));
        assertThat(store.put(blob("a", 2))).isEqualTo(PutResult.CREATED);
        assertThat(file("a")).hasBinaryContent(new byte[] {2});
        try (OpenBlob opened = store.open(BlobName.of("a"))) {
            assertThat(opened.readVerified()).containsExactly(2);
        }
        assertThat(file(".persistor/tmp")).isEmptyDirectory();
        assertThat(store.put(blob("a", 2))).isEqualTo(PutResult.ALREADY_EXISTS);
        assertThatThrownBy(() -> store.put(blob("a", 1))).isInstanceOf(BlobCollisionException.class);
    }

    @Test
    void theSameBytesOfAnotherMessageDoNotGetTheDescriptionOfTheDeadOne() throws IOException {
        store.put(blob("a", 1));
        Files.delete(file("a"));
        Blob other = Blob.of(BlobName.of("a"), new byte[] {1}, "t/t", BlobMetadata.of(Map.of("persistor-id", "2")));

        assertThat(store.put(other)).isEqualTo(PutResult.CREATED);
        assertThat(store.find(BlobName.of("a")).orElseThrow().metadata().get("persistor-id"))
                .contains("2");
    }

    @Test
    void aWriterThatIsAboutToLinkItsContentIsWaitedFor() throws Exception {
        store.put(blob("a", 1));
        byte[] content = Files.readAllBytes(file("a"));
        Files.delete(file("a"));
        CompletableFuture<PutResult> other = CompletableFuture.supplyAsync(() -> store.put(blob("a", 2)));
        assertThatThrownBy(() -> other.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);

        Files.write(file("a"), content);
        assertThatThrownBy(other::get).hasCauseInstanceOf(BlobCollisionException.class);
        assertThat(file("a")).hasBinaryContent(new byte[] {1});
    }

    @Test
    void aContentThatIsThereWithoutADescriptionIsNotReplaced() throws IOException {
        Files.write(file("a"), new byte[] {9});
        assertThatThrownBy(() -> store.put(blob("a", 1))).isInstanceOf(BlobCollisionException.class);
        assertThat(file("a")).hasBinaryContent(new byte[] {9});
    }

    @Test
    void aDamagedFileIsNotTakenForTheBlob() throws IOException {
        store.put(blob("a", 1));
        Files.write(file("a"), new byte[] {9});

        assertThatThrownBy(() -> store.put(blob("a", 1))).isInstanceOf(BlobCollisionException.class);
        try (OpenBlob opened = store.open(BlobName.of("a"))) {
            assertThatThrownBy(opened::readVerified)
                    .isInstanceOf(BlobStoreException.class)
                    .hasMessageContaining("damaged");
        }
    }

    @Test
    void aLinkThatLeadsOutOfTheStoreIsRefusedAsFolder() throws IOException {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Files.createSymbolicLink(file("escape"), outside);

        assertThatThrownBy(() -> store.put(blob("escape/a", 1))).isInstanceOf(BlobStoreException.class);
        assertThatThrownBy(() -> store.put(blob("escape/deep/a", 1))).isInstanceOf(BlobStoreException.class);
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void aLinkIsNeitherReadNorListed() throws IOException {
        Path secret = Files.write(folder.resolve("secret"), new byte[] {1});
        Files.createSymbolicLink(file("link"), secret);
        store.put(blob("real", 1));

        assertThat(store.find(BlobName.of("link"))).isEmpty();
        assertThatThrownBy(() -> store.open(BlobName.of("link"))).hasMessageContaining("no such blob");
        assertThat(store.list("").map(info -> info.name().value())).containsExactly("real");
    }

    @Test
    void theStoresOwnFolderIsNoPlaceForBlobs() {
        assertThatThrownBy(() -> store.put(blob(".persistor/blobs/a", 1)))
                .isInstanceOf(BlobStoreException.class)
                .hasMessageContaining(".persistor");
    }

    @Test
    void filesOfOtherProgramsAreListedWithoutChecksum() throws IOException {
        Files.write(file("foreign.txt"), new byte[] {1, 2});
        assertThat(store.list(""))
                .containsExactly(BlobInfo.withoutChecksum(
                        BlobName.of("foreign.txt"), 2, "application/octet-stream", BlobMetadata.empty()));
    }

    @Test
    void foldersAreListedInTheOrderOfTheWholeNames() {
        for (String name : new String[] {"a/z", "a-b", "a.b", "a0", "a/b/c", "b"}) {
            store.put(blob(name, 1));
        }
        assertThat(names(store.list(""))).containsExactly("a-b", "a.b", "a/b/c", "a/z", "a0", "b");
        assertThat(names(store.list("a/"))).containsExactly("a/b/c", "a/z");
        assertThat(names(store.list("", "a/b/c"))).containsExactly("a/z", "a0", "b");
    }

    @Test
    void aNameThatIsAFolderIsRefusedLoudly() {
        store.put(blob("a/b", 1));
        assertThatThrownBy(() -> store.put(blob("a", 1))).isInstanceOf(BlobStoreException.class);
        assertThatThrownBy(() -> store.put(blob("a/b/c", 1))).isInstanceOf(BlobStoreException.class);
    }

    private static Stream<String> names(Stream<BlobInfo> infos) {
        return infos.map(info -> info.name().value());
    }
}
