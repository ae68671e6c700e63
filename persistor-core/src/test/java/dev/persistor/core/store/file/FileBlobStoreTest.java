package dev.persistor.core.store.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.archive.Verification;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobCollisionException;
import dev.persistor.core.store.BlobDamagedException;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.BlobStores;
import dev.persistor.core.store.ExistingBlob;
import dev.persistor.core.store.FilePermissions;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.PutResult;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileBlobStoreTest {

    private @TempDir Path folder;
    private BlobStore store;

    @BeforeEach
    void open() {
        store = BlobStore.over(FileDriver.open(folder.resolve("archive")));
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
        try (BlobStore reading = BlobStore.over(FileDriver.open(others))) {
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

    /** All paths below the folder, with the contents of files. */
    private Map<String, String> everything() throws IOException {
        Path root = file("");
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                boolean isOfAWriter = path.startsWith(root.resolve(".persistor/writers"));
                if (!isOfAWriter) {
                    found.put(
                            root.relativize(path).toString(),
                            Files.isRegularFile(path) ? Files.readString(path, ISO_8859_1) : "folder");
                }
            }
        }
        return found;
    }

    private void assertRefusedWithoutAChange(Blob refused) throws IOException {
        Map<String, String> before = everything();
        assertThatThrownBy(() -> store.put(refused)).isInstanceOf(BlobStoreException.class);
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void aRefusedWriteChangesNothing() throws IOException {
        Files.write(file("foreign"), new byte[] {9});
        Files.createDirectories(file("dir/deep"));
        Files.createSymbolicLink(file("link"), folder);
        assertRefusedWithoutAChange(blob("foreign", 1));
        assertRefusedWithoutAChange(blob("foreign/below", 1));
        assertRefusedWithoutAChange(blob("dir", 1));
        assertRefusedWithoutAChange(blob("link", 1));
        assertRefusedWithoutAChange(blob("link/below", 1));
        assertRefusedWithoutAChange(
                Blob.of(BlobName.of("wrong"), ByteBuffer.wrap(new byte[] {1}), "t/t", BlobMetadata.empty(), 4_711));
        store.put(blob("mine", 1));
        assertRefusedWithoutAChange(blob("mine", 2));
        assertRefusedWithoutAChange(blob("dir", 1));
    }

    @Test
    void aFileOfAnotherProgramIsReadAfterAWriteToItsNameWasRefused() throws IOException {
        Files.write(file("a"), new byte[] {9});
        assertThatThrownBy(() -> store.put(blob("a", 1))).isInstanceOf(BlobCollisionException.class);
        try (OpenBlob opened = store.open(BlobName.of("a"))) {
            assertThat(opened.readVerified()).containsExactly(9);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "no JSON",
                "{}",
                "{\"size\":\"x\"}",
                "{\"size\":1,\"crc32c\":\"zz\"}",
                "{\"size\":1,\"crc32c\":\"0\",\"metadata\":{\"a\":1}}"
            })
    void aDamagedDescriptionDamagesItsOwnBlobOnly(String description) throws IOException {
        store.put(blob("a", 1));
        store.put(blob("b", 2));
        store.put(blob("c", 3));
        Files.writeString(file(".persistor/blobs/b"), description);

        List<BlobInfo> listed = store.list("").toList();
        assertThat(listed).extracting(info -> info.name().value()).containsExactly("a", "b", "c");
        assertThat(listed.get(1).problem().orElseThrow()).contains("is damaged", ".persistor/blobs/b");
        assertThat(store.find(BlobName.of("b"))).contains(listed.get(1));
        assertThatThrownBy(() -> store.open(BlobName.of("b")))
                .isInstanceOf(BlobDamagedException.class)
                .hasMessageContaining("remove that file");
        assertThatThrownBy(() -> store.put(blob("b", 2))).isInstanceOf(BlobCollisionException.class);
        Verification found = Archive.on(store).build().verify(MessageFilter.ALL, List.of());
        assertThat(found.findings()).extracting(damage -> damage.blob().value()).contains("b");
        Files.delete(file(".persistor/blobs/b"));
        try (OpenBlob opened = store.open(BlobName.of("b"))) {
            assertThat(opened.readVerified()).containsExactly(2);
        }
    }

    @Test
    void aDamagedDescriptionOfABlobThatWasNeverThereGivesItsNameToTheNext() throws IOException {
        store.put(blob("a", 1));
        Files.delete(file("a"));
        Files.writeString(file(".persistor/blobs/a"), "");
        assertThat(store.put(blob("a", 1))).isEqualTo(PutResult.CREATED);
        assertThat(store.put(blob("a", 1))).isEqualTo(PutResult.ALREADY_EXISTS);
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void whatIsCreatedIsForOwnerAndGroupUnlessToldOtherwise() throws IOException {
        store.put(blob("dir/a", 1));
        for (String name : new String[] {"dir/a", ".persistor/blobs/dir/a"}) {
            assertThat(permissions(file(name))).startsWith("rw-").endsWith("---");
        }
        for (String name : new String[] {"", "dir", ".persistor", ".persistor/blobs/dir", ".persistor/tmp"}) {
            assertThat(permissions(file(name))).startsWith("rwx").endsWith("---");
        }
        BlobStore own = BlobStore.over(FileDriver.open(folder.resolve("own"), FilePermissions.OWNER));
        own.put(blob("dir/a", 1));
        assertThat(permissions(folder.resolve("own/dir/a"))).isEqualTo("rw-------");
        assertThat(permissions(folder.resolve("own/dir"))).isEqualTo("rwx------");
        URI address = folder.resolve("all").toUri();
        BlobStores.open(address, Map.of("PERSISTOR_FILE_PERMISSIONS", "all")).put(blob("dir/a", 1));
        assertThat(permissions(folder.resolve("all/dir/a"))).startsWith("rw-").matches(".{6}r.*");
        assertThatThrownBy(() -> BlobStores.open(address, Map.of("PERSISTOR_FILE_PERMISSIONS", "0777")))
                .hasMessageContaining("PERSISTOR_FILE_PERMISSIONS is \"0777\": there are owner, group, all");
    }

    /** Several captures of a process may begin to write into one folder at the same time, after a process that was killed. */
    @Test
    void aWriterThatFindsAnotherOfItsProcessRemovingTemporaryFilesLeavesThemToIt() throws Exception {
        Process writer = HangingWriter.start(folder.resolve("archive"));
        writer.destroyForcibly().waitFor();
        Path dead;
        try (Stream<Path> writers = Files.list(file(".persistor/writers"))) {
            dead = writers.findFirst().orElseThrow();
        }
        try (FileChannel channel = FileChannel.open(dead, StandardOpenOption.WRITE)) {
            assertThat(channel.lock().isValid()).isTrue();
            assertThat(store.put(blob("a", 1))).isEqualTo(PutResult.CREATED);
        }
        assertThat(dead).exists();
    }

    @Test
    void temporaryFilesOfADeadWriterAreRemovedAndThoseOfALivingOneStay() throws Exception {
        Process writer = HangingWriter.start(folder.resolve("archive"));
        try {
            store.put(blob("a", 1));
            assertThat(file(".persistor/tmp")).isNotEmptyDirectory();
        } finally {
            writer.destroyForcibly().waitFor();
        }
        assertThat(file(".persistor/tmp")).isNotEmptyDirectory();
        BlobStore next = BlobStore.over(FileDriver.open(folder.resolve("archive")));
        next.put(blob("b", 1));
        assertThat(file(".persistor/tmp")).isEmptyDirectory();
        next.close();
        store.close();
        assertThat(file(".persistor/writers")).isEmptyDirectory();
    }

    @Test
    void aTemporaryFileOfNobodyIsRemovedWhenItIsOld() throws IOException {
        Files.createDirectories(file(".persistor/tmp"));
        Path old = Files.writeString(file(".persistor/tmp/4a9f"), "x");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        Path fresh = Files.writeString(file(".persistor/tmp/5b8e"), "x");
        store.put(blob("a", 1));
        assertThat(old).doesNotExist();
        assertThat(fresh).exists();
    }

    @Test
    void aFileWhoseNameIsNoTextIsListedAsForeign() throws Exception {
        store.put(blob("a", 1));
        Process made = new ProcessBuilder("sh", "-c", "printf x > \"$(printf 'b\\377')\"")
                .directory(file("").toFile())
                .start();
        assertThat(made.waitFor()).isZero();
        assertThat(store.list("").filter(info -> info.name().isForeign())).hasSize(1);
        assertThat(store.list("")).hasSize(2);
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
        assertThatThrownBy(() -> store.open(BlobName.of("link"))).hasMessageContaining("blob not found");
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
