package dev.persistor.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.retry.RetryBudget;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PortableBlobStoreTest {

    private static final String TYPE = "t/t";
    private static final BlobName NAME = BlobName.of("a/b");

    /** Answers as it is told. */
    private static final class Told implements BlobDriver {
        private final Deque<Object> answers = new ArrayDeque<>();
        private final List<String> calls = new ArrayList<>();

        /** The next answers, in their order; an exception is thrown. */
        Told answering(Object... next) {
            answers.addAll(List.of(next));
            return this;
        }

        private <T> T answer(String call, Class<T> type) throws Exception {
            calls.add(call);
            Object answer = answers.remove();
            if (answer instanceof Exception failure) {
                throw failure;
            }
            return type.cast(answer);
        }

        @Override
        public String address() {
            return "told://bucket/";
        }

        @Override
        public BlobLimits limits() {
            return new BlobLimits(1_000, 500, 200);
        }

        @Override
        public boolean create(String key, Blob blob) throws Exception {
            return answer("create " + key, Boolean.class);
        }

        @Override
        public Optional<BlobInfo> find(String key) throws Exception {
            Optional<?> found = answer("find " + key, Optional.class);
            return found.map(BlobInfo.class::cast);
        }

        @Override
        public Optional<OpenBlob> open(String key) throws Exception {
            InputStream content = answer("open " + key, InputStream.class);
            return Optional.of(new OpenBlob(info(key), content));
        }

        @Override
        public BlobPage page(BlobRange range) throws Exception {
            return answer("page " + range, BlobPage.class);
        }

        @Override
        public void check(String folder) throws Exception {
            calls.add(answer("check " + folder, String.class));
        }

        @Override
        public FailureKind kindOf(Exception failure) {
            if (failure instanceof FileAlreadyExistsException) {
                return FailureKind.EXISTS;
            }
            if (failure instanceof FileNotFoundException) {
                return FailureKind.NOT_FOUND;
            }
            if (failure instanceof AccessDeniedException) {
                return FailureKind.REFUSED;
            }
            return failure instanceof IOException ? FailureKind.RETRYABLE : FailureKind.PERMANENT;
        }

        @Override
        public void close() throws Exception {
            calls.add(answer("close", String.class));
        }
    }

    private final Told driver = new Told();
    private final BlobStore store = BlobStore.over(driver, "x/").withRetries(RetryBudget.none());

    private static Blob blob(String content) {
        return Blob.of(NAME, content.getBytes(java.nio.charset.StandardCharsets.UTF_8), TYPE, BlobMetadata.empty());
    }

    private static BlobInfo info(String key) {
        return BlobInfo.withoutChecksum(BlobName.listed(key), 1, TYPE, BlobMetadata.empty());
    }

    private static Optional<BlobInfo> existing(String content) {
        return Optional.of(BlobInfo.of(blob(content)).named(BlobName.listed("x/a/b")));
    }

    private static void assertFailure(Runnable call, boolean retryable, String message) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        BlobStoreException.class,
                        e -> assertThat(e.isRetryable()).isEqualTo(retryable))
                .hasMessage(message);
    }

    @Test
    void aStoreIsAFolderOfItsDriversPlace() {
        assertThat(store).hasToString("told://bucket/x/");
        assertThat(store.limits()).isEqualTo(new BlobLimits(998, 500, 200));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BlobStore.over(driver, "x"))
                .withMessageContaining("\"x\"");
    }

    @Nested
    class Writing {

        @Test
        void aNewBlobIsCreatedInTheFolder() {
            driver.answering(true);
            assertThat(store.put(blob("x"))).isEqualTo(PutResult.CREATED);
            assertThat(driver.calls).containsExactly("create x/a/b");
        }

        @Test
        void aTakenNameIsComparedWithWhatHasItHoweverTheDriverSaysSo() {
            driver.answering(false, existing("x"));
            assertThat(store.put(blob("x"))).isEqualTo(PutResult.ALREADY_EXISTS);
            driver.answering(new FileAlreadyExistsException("a"), existing("x"));
            assertThat(store.put(blob("x"))).isEqualTo(PutResult.ALREADY_EXISTS);
            driver.answering(false, existing("y"));
            assertThatThrownBy(() -> store.put(blob("x"))).isInstanceOf(BlobCollisionException.class);
        }

        @Test
        void aTakenNameThatIsFreeAgainIsTriedAgain() {
            driver.answering(false, Optional.empty());
            assertFailure(
                    () -> store.put(blob("x")),
                    true,
                    "write a/b to told://bucket/x/: the name was taken, and is now free");
        }

        @Test
        void aRefusedWriteFindsTheBlobThatExists() {
            driver.answering(new AccessDeniedException("f"), existing("x"));
            assertThat(store.put(blob("x"))).isEqualTo(PutResult.ALREADY_EXISTS);
            driver.answering(new AccessDeniedException("f"), existing("y"));
            assertThatThrownBy(() -> store.put(blob("x"))).isInstanceOf(BlobCollisionException.class);
        }

        @Test
        void aRefusedWriteFailsAsItWasRefusedIfThereIsNoBlobOrLookingIsRefusedToo() {
            driver.answering(new AccessDeniedException("f"), Optional.empty());
            assertFailure(
                    () -> store.put(blob("x")),
                    false,
                    "write a/b to told://bucket/x/: no permission for f; grant it to this user, or run as another one");
            driver.answering(new AccessDeniedException("f"), new AccessDeniedException("g"));
            assertFailure(
                    () -> store.put(blob("x")),
                    false,
                    "write a/b to told://bucket/x/: no permission for f; grant it to this user, or run as another one");
        }

        @Test
        void aRefusedWriteWhoseLookUpMayBeRepeatedIsRetryable() {
            driver.answering(new AccessDeniedException("f"), new IOException("busy"));
            assertFailure(
                    () -> store.put(blob("x")),
                    true,
                    "write a/b: the write was refused, but the blob may exist: find a/b in told://bucket/x/: busy");
        }

        @Test
        void otherFailuresSayVerbNamePlaceAndReason() {
            driver.answering(new IOException("busy\nsecond line"));
            assertFailure(() -> store.put(blob("x")), true, "write a/b to told://bucket/x/: busy");
            driver.answering(new IllegalStateException());
            assertFailure(
                    () -> store.put(blob("x")),
                    false,
                    "write a/b to told://bucket/x/: unexpected failure (IllegalStateException)");
            driver.answering(new FileNotFoundException("no bucket"));
            assertFailure(
                    () -> store.put(blob("x")),
                    false,
                    "write a/b to told://bucket/x/: place told://bucket/ not found; create it, or correct the"
                            + " address: no bucket");
        }

        @Test
        void whatTheDriverSaysItselfIsNotChanged() {
            BlobStoreException own = BlobStoreException.permanent("write a/b: a folder or a link has this name");
            driver.answering(own);
            assertThatThrownBy(() -> store.put(blob("x"))).isSameAs(own);
        }
    }

    @Nested
    class Reading {

        private List<String> names(Stream<BlobInfo> listing) {
            return listing.map(found -> found.name().value()).toList();
        }

        @Test
        void aFoundBlobHasItsNameInTheFolder() {
            driver.answering(existing("x"));
            assertThat(store.find(NAME)).contains(BlobInfo.of(blob("x")));
            assertThat(driver.calls).containsExactly("find x/a/b");
        }

        @Test
        void aBlobThatDoesNotExistIsNotFoundHoweverTheDriverSaysSo() {
            driver.answering(Optional.empty(), new FileNotFoundException());
            assertThat(store.find(NAME)).isEmpty();
            assertThat(store.find(NAME)).isEmpty();
            driver.answering(new FileNotFoundException());
            assertThatThrownBy(() -> store.open(NAME)).isInstanceOf(BlobNotFoundException.class);
        }

        @Test
        void aBlobThatTheServiceMissesOnlyAtTheFirstByteIsNotFoundWhenItIsOpened() {
            boolean[] closed = new boolean[1];
            driver.answering(new BulkInputStream() {
                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    throw new FileNotFoundException();
                }

                @Override
                public void close() {
                    closed[0] = true;
                }
            });
            assertThatThrownBy(() -> store.open(NAME)).isInstanceOf(BlobNotFoundException.class);
            assertThat(closed[0]).isTrue();
        }

        @Test
        void aContentIsReadWholeAlsoWhereTheClientReturnsNothingNowAndThen() throws IOException {
            driver.answering(new ByteArrayInputStream(new byte[] {1, 2, 3}) {
                private int reads;

                @Override
                public synchronized int read(byte[] bytes, int offset, int length) {
                    return reads++ % 2 == 0 ? 0 : super.read(bytes, offset, Math.min(1, length));
                }
            });
            try (OpenBlob opened = store.open(NAME)) {
                assertThat(opened.info().name()).isEqualTo(NAME);
                assertThat(opened.content().readAllBytes()).containsExactly(1, 2, 3);
            }
        }

        @Test
        void aContentThatBreaksSaysWhatWasRead() {
            driver.answering(new BulkInputStream() {
                private int reads;

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    if (reads++ > 0) {
                        throw new IOException("reset");
                    }
                    return 1;
                }
            });
            try (OpenBlob opened = store.open(NAME)) {
                assertFailure(opened::readVerified, true, "read a/b in told://bucket/x/: reset");
            }
        }

        @Test
        void pagesAreFetchedAsTheyAreReadAndWhatIsOutsideOfTheRangeIsLeftOut() {
            driver.answering(BlobPage.of(
                    List.of(info("a"), info("x/"), info("x/a"), info("x/b")),
                    () -> BlobPage.of(List.of(), () -> BlobPage.last(List.of(info("x/c"), info("x/d"), info("z"))))));
            assertThat(names(store.list("", "a", "d"))).containsExactly("b", "c");
            assertThat(driver.calls)
                    .containsExactly("page BlobRange[prefix=x/, from=x/a, before=Optional[x/d], size=1000]");
        }

        @Test
        void theMarkerOfTheFolderIsNotListed() {
            driver.answering(BlobPage.last(List.of(info("x/"), info("x/a"))));
            assertThat(store.first("", "").map(BlobInfo::name)).contains(BlobName.of("a"));
        }

        @Test
        void aPageThatFailsSaysWhatWasListed() {
            driver.answering(BlobPage.of(List.of(info("x/a")), () -> {
                throw new IOException("busy");
            }));
            assertFailure(() -> names(store.list("")), true, "list \"\" in told://bucket/x/: busy");
        }
    }

    @Test
    void checkingAndClosingFailWithTheAddress() {
        driver.answering(new IOException("busy"), new IllegalStateException("closed"));
        assertFailure(store::check, true, "open told://bucket/x/: busy");
        assertFailure(store::close, false, "close told://bucket/x/: closed");
    }

    @Test
    void metadataStaysWhenADescriptionGetsItsNameInTheFolder() {
        BlobInfo known = BlobInfo.of(NAME, 3, TYPE, BlobMetadata.of(Map.of("k", "v")), 7);
        BlobInfo moved = known.named(BlobName.of("b"));
        assertThat(moved).isEqualTo(BlobInfo.of(BlobName.of("b"), 3, TYPE, BlobMetadata.of(Map.of("k", "v")), 7));
        assertThat(known.named(NAME)).isSameAs(known);
    }
}
