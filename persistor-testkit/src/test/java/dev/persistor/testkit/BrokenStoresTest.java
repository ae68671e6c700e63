package dev.persistor.testkit;

import static dev.persistor.testkit.ContractRun.assertFails;
import static dev.persistor.testkit.ContractRun.failuresAmong;
import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.retry.RetryBudget;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobNotFoundException;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.ExistingBlob;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.PutResult;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Stores that break the contract, each in one way, must fail the check that names it. */
class BrokenStoresTest {

    @Test
    void aStoreThatOverwritesFails() {
        assertFails(Overwriting.class, "otherBytesUnderTheSameNameAreACollisionThatChangesNothing");
    }

    @Test
    void aStoreThatSaysCreatedTwiceFails() {
        assertFails(
                AlwaysCreated.class, "theSameBlobIsFoundAndNotWrittenAgain", "ofManyWritersOfTheSameBlobOneCreatesIt");
    }

    @Test
    void aStoreThatTakesAnyExistingBlobForTheSameFails() {
        assertFails(
                Credulous.class,
                "otherBytesUnderTheSameNameAreACollisionThatChangesNothing",
                "theSameBytesOfAnotherMessageAreACollision",
                "ofManyWritersOfDifferentBlobsOneCreatesAndTheOthersCollide");
    }

    @Test
    void aStoreThatAltersAByteFails() {
        assertFails(Altering.class, "everyByteComesBack", "allValuesOfAByteComeBack");
    }

    @Test
    void aStoreThatDropsMetadataFails() {
        assertFails(Forgetful.class, "metadataOfAnyTextComesBack");
    }

    @Test
    void aStoreThatAnswersBeforeItStoresFails() {
        assertFails(Hasty.class, "aNewBlobIsCreated", "everyByteComesBack");
    }

    @Test
    void aStoreThatListsInAnyOrderFails() {
        assertFails(Unordered.class, "namesComeInTheOrderOfTheirCodePoints");
    }

    @Test
    void aStoreThatListsWhatIsNotAskedForFails() {
        assertFails(Generous.class, "listingEndsBeforeAName", "theFirstIsTheFirstOfTheListing");
    }

    @Test
    void aStoreThatOpensWhatItDoesNotHaveFails() {
        assertFails(Trusting.class, "whatIsListedIsOpened", "openingWhatWasListedOnceSaysThatItIsNotThere");
    }

    @Test
    void aStoreThatStopsAtAForeignNameFails() {
        assertFails(Strict.class, "theyAreListedAsForeignAndStopNothing", "aListingGoesOnAfterAnyOfThem");
    }

    @Test
    void aStoreThatHidesForeignNamesFails() {
        assertFails(Hiding.class, "theyAreListedAsForeignAndStopNothing", "theyAreListedByPrefix");
    }

    @Test
    void aStoreThatListsTheNameToStartAfterFails() {
        assertFails(Repeating.class, "listingGoesOnAfterAName");
    }

    @Test
    void aStoreThatListsAgainFromTheBeginningFails() {
        assertFails(StartingOver.class, "aListingThatFailsInTheMiddleGoesOnAfterTheLastName");
    }

    @Test
    void aStoreThatDoesNotSayThatARetryHelpsFails() {
        assertFails(Resigned.class, "everyCallThatReadsIsRetried");
    }

    @Test
    void aStoreThatDoesNotCompareTheChecksumFails() {
        assertFails(Careless.class, "aBlobWhoseContentIsNotThatOfItsChecksumIsRefusedAndChangesNothing");
    }

    @Test
    void aStoreThatChecksBeforeItWritesLosesTheRace() {
        assertThat(failuresAmong(
                        CheckThenWrite.class,
                        "ofManyWritersOfDifferentBlobsOneCreatesAndTheOthersCollide",
                        "ofManyWritersOfTheSameBlobOneCreatesIt"))
                .isNotEmpty();
    }

    /** A store that works, for others to break. */
    static class Plain implements BlobStore {
        final Map<BlobName, Blob> blobs = new ConcurrentHashMap<>();

        @Override
        public PutResult put(Blob blob) {
            blob.verifyChecksum();
            Blob existing = blobs.putIfAbsent(blob.name(), blob);
            return existing == null ? PutResult.CREATED : ExistingBlob.compare(blob, BlobInfo.of(existing));
        }

        @Override
        public BlobLimits limits() {
            return new BlobLimits(1024, 1024, 8192);
        }

        @Override
        public Stream<BlobInfo> list(String prefix, String startAfter) {
            return new TreeMap<>(blobs)
                    .values().stream()
                            .filter(blob -> blob.name().value().startsWith(prefix))
                            .filter(blob -> BlobName.ORDER.compare(blob.name().value(), startAfter) > 0)
                            .map(BlobInfo::of);
        }

        @Override
        public Optional<BlobInfo> find(BlobName name) {
            return Optional.ofNullable(blobs.get(name)).map(BlobInfo::of);
        }

        @Override
        public OpenBlob open(BlobName name) {
            Blob blob = blobs.get(name);
            if (blob == null) {
                throw new BlobNotFoundException(name);
            }
            return new OpenBlob(BlobInfo.of(blob), new ByteArrayInputStream(blob.contentBytes()));
        }

        @Override
        public BlobStore withRetries(RetryBudget budget, Consumer<BlobStoreException> onRetry) {
            return this;
        }

        @Override
        public void close() {}
    }

    abstract static class BrokenContract extends BlobStoreContract {
        private final BlobStore store;

        BrokenContract(BlobStore store) {
            this.store = store;
        }

        @Override
        protected BlobStore openStore() {
            return store;
        }
    }

    static class Overwriting extends BrokenContract {
        Overwriting() {
            super(new Plain() {
                @Override
                public PutResult put(Blob blob) {
                    return blobs.put(blob.name(), blob) == null ? PutResult.CREATED : PutResult.ALREADY_EXISTS;
                }
            });
        }
    }

    static class AlwaysCreated extends BrokenContract {
        AlwaysCreated() {
            super(new Plain() {
                @Override
                public PutResult put(Blob blob) {
                    super.put(blob);
                    return PutResult.CREATED;
                }
            });
        }
    }

    static class Credulous extends BrokenContract {
        Credulous() {
            super(new Plain() {
                @Override
                public PutResult put(Blob blob) {
                    return blobs.putIfAbsent(blob.name(), blob) == null ? PutResult.CREATED : PutResult.ALREADY_EXISTS;
                }
            });
        }
    }

    static class Altering extends BrokenContract {
        Altering() {
            super(new Plain() {
                @Override
                public PutResult put(Blob blob) {
                    byte[] content = blob.contentBytes();
                    if (content.length > 0) {
                        content[content.length - 1]++;
                    }
                    return super.put(Blob.of(blob.name(), content, blob.contentType(), blob.metadata()));
                }
            });
        }
    }

    static class Forgetful extends BrokenContract {
        Forgetful() {
            super(new Plain() {
                @Override
                public PutResult put(Blob blob) {
                    return super.put(Blob.of(blob.name(), blob.content(), blob.contentType(), BlobMetadata.empty()));
                }
            });
        }
    }

    static class Hasty extends BrokenContract {
        Hasty() {
            super(new Plain() {
                @Override
                public PutResult put(Blob blob) {
                    return PutResult.CREATED;
                }
            });
        }
    }

    static class Unordered extends BrokenContract {
        Unordered() {
            super(new Plain() {
                @Override
                public Stream<BlobInfo> list(String prefix, String startAfter) {
                    return super.list(prefix, startAfter)
                            .sorted((a, b) -> b.name().compareTo(a.name()));
                }
            });
        }
    }

    static class Generous extends BrokenContract {
        Generous() {
            super(new Plain() {
                @Override
                public Stream<BlobInfo> list(String prefix, String startAfter, String before) {
                    return list(prefix, startAfter);
                }

                @Override
                public Optional<BlobInfo> first(String prefix, String startAfter) {
                    return list(prefix).findFirst();
                }
            });
        }
    }

    static class Trusting extends BrokenContract {
        Trusting() {
            super(new Plain() {
                @Override
                public OpenBlob open(BlobInfo known) {
                    return new OpenBlob(known, InputStream.nullInputStream());
                }
            });
        }
    }

    /** A store that other programs put objects into. */
    static class Open extends Plain {
        final Set<String> foreign = new ConcurrentSkipListSet<>();

        @Override
        public Stream<BlobInfo> list(String prefix, String startAfter) {
            Stream<BlobInfo> others = foreign.stream()
                    .filter(name -> name.startsWith(prefix))
                    .filter(name -> BlobName.ORDER.compare(name, startAfter) > 0)
                    .map(name ->
                            BlobInfo.withoutChecksum(nameOf(name), 1, BlobInfo.UNKNOWN_TYPE, BlobMetadata.empty()));
            return Stream.concat(super.list(prefix, startAfter), others)
                    .sorted((a, b) -> a.name().compareTo(b.name()));
        }

        BlobName nameOf(String name) {
            return BlobName.listed(name);
        }
    }

    abstract static class BrokenOpenContract extends BrokenContract {
        private final Open store;

        BrokenOpenContract(Open store) {
            super(store);
            this.store = store;
        }

        @Override
        protected StoreCapabilities capabilities() {
            return StoreCapabilities.local().withForeign(store.foreign::add);
        }
    }

    static class Strict extends BrokenOpenContract {
        Strict() {
            super(new Open() {
                @Override
                BlobName nameOf(String name) {
                    return BlobName.of(name);
                }
            });
        }
    }

    static class Hiding extends BrokenOpenContract {
        Hiding() {
            super(new Open() {
                @Override
                public Stream<BlobInfo> list(String prefix, String startAfter) {
                    return super.list(prefix, startAfter)
                            .filter(blob -> !blob.name().isForeign());
                }
            });
        }
    }

    static class Repeating extends BrokenContract {
        Repeating() {
            super(new Plain() {
                @Override
                public Stream<BlobInfo> list(String prefix, String startAfter) {
                    return super.list(prefix, "")
                            .filter(blob -> BlobName.ORDER.compare(blob.name().value(), startAfter) >= 0);
                }
            });
        }
    }

    /** A store whose service is busy now and then, and that says that no retry helps. */
    static class Busy extends Plain {
        final AtomicInteger left = new AtomicInteger();

        @Override
        public Optional<BlobInfo> find(BlobName name) {
            if (left.getAndUpdate(more -> Math.max(0, more - 1)) > 0) {
                throw BlobStoreException.permanent("find " + name + ": busy");
            }
            return super.find(name);
        }
    }

    abstract static class BusyContract extends BrokenContract {
        private final Busy store;

        BusyContract(Busy store) {
            super(store);
            this.store = store;
        }

        @Override
        protected StoreCapabilities capabilities() {
            return StoreCapabilities.local().failingReads(store.left::set);
        }
    }

    static class Resigned extends BusyContract {
        Resigned() {
            super(new Busy());
        }
    }

    static class StartingOver extends BusyContract {
        StartingOver() {
            super(new Busy() {
                @Override
                public BlobStore withRetries(RetryBudget budget, Consumer<BlobStoreException> onRetry) {
                    return new Plain() {
                        @Override
                        public Stream<BlobInfo> list(String prefix, String startAfter) {
                            return listed(prefix, startAfter).mapMulti((blob, next) -> {
                                next.accept(blob);
                                for (int failures = left.getAndSet(0); failures > 0; failures--) {
                                    onRetry.accept(BlobStoreException.retryable("list: busy"));
                                    listed(prefix, startAfter).forEach(next);
                                }
                            });
                        }
                    };
                }

                private Stream<BlobInfo> listed(String prefix, String startAfter) {
                    return super.list(prefix, startAfter);
                }
            });
        }
    }

    static class Careless extends BrokenContract {
        Careless() {
            super(new Plain() {
                @Override
                public PutResult put(Blob blob) {
                    return super.put(Blob.of(blob.name(), blob.content(), blob.contentType(), blob.metadata()));
                }
            });
        }
    }

    static class CheckThenWrite extends BrokenContract {
        CheckThenWrite() {
            super(new Plain() {
                private final CountDownLatch writersBetweenCheckAndWrite = new CountDownLatch(2);

                private void awaitAnotherWriter() {
                    writersBetweenCheckAndWrite.countDown();
                    try {
                        writersBetweenCheckAndWrite.await(5, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }

                @Override
                public PutResult put(Blob blob) {
                    Blob existing = blobs.get(blob.name());
                    if (existing != null) {
                        return ExistingBlob.compare(blob, BlobInfo.of(existing));
                    }
                    if (blob.name().value().startsWith("race/")) {
                        awaitAnotherWriter();
                    }
                    blobs.put(blob.name(), blob);
                    return PutResult.CREATED;
                }
            });
        }
    }
}
