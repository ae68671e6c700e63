package dev.persistor.core.store;

import dev.persistor.core.retry.RetryBudget;
import dev.persistor.core.thread.DaemonThreads;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The store over a {@link BlobDriver}: all that is the same for every service, with the retries of each call.
 *
 * <p>Thread-safe.
 */
final class PortableBlobStore implements BlobStore {

    private static final int PAGE = 1_000;
    /** The first may be preceded by the marker of the store's own folder, or by the name to start after. */
    private static final int PAGE_FOR_FIRST = 2;

    private static final int IDLE_SECONDS = 5;

    private final BlobDriver driver;
    private final String folder;
    private final String address;
    private final BlobLimits limits;
    private final StoreRetries retries;
    private final RequestLimits requests;
    /** For pages of listings; they end when they are idle. */
    private final Executor threads = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            DaemonThreads.numbered("persistor-list"));

    private PortableBlobStore(BlobDriver driver, String folder, StoreRetries retries, RequestLimits requests) {
        this.driver = Objects.requireNonNull(driver, "driver");
        this.folder = folder;
        if (!folder.isEmpty() && !folder.endsWith("/")) {
            throw new IllegalArgumentException("a prefix must end with /, unlike \"" + folder + "\"");
        }
        this.address = driver.address() + folder;
        this.limits = driver.limits().lessPrefix(folder.getBytes(StandardCharsets.UTF_8).length);
        this.retries = retries;
        this.requests = requests;
    }

    PortableBlobStore(BlobDriver driver, String folder, RetryBudget budget) {
        this(driver, folder, new StoreRetries(budget, failure -> {}), RequestLimits.ofThisMachine());
    }

    @Override
    public BlobStore withRetries(RetryBudget budget, Consumer<BlobStoreException> onRetry) {
        return new PortableBlobStore(driver, folder, new StoreRetries(budget, onRetry), requests);
    }

    @Override
    public BlobLimits limits() {
        return limits;
    }

    @Override
    public PutResult put(Blob blob) {
        return retries.call(() -> "write " + blob.name(), () -> putOnce(blob));
    }

    /** Retries all of the blobs together: those that exist already are found. */
    @Override
    public PutResult putAll(List<Blob> blobs) {
        return retries.call(() -> "write " + blobs.get(blobs.size() - 1).name(), () -> {
            PutResult last = PutResult.ALREADY_EXISTS;
            for (Blob blob : blobs) {
                last = putOnce(blob);
            }
            return last;
        });
    }

    private PutResult putOnce(Blob blob) {
        // Services compare the content with a checksum that is made of it, so they cannot find a difference.
        blob.verifyChecksum();
        Supplier<String> what = () -> "write " + blob.name() + " to " + this;
        try {
            if (requests.write(() -> driver.create(key(blob.name()), blob), this::kindOf)) {
                return PutResult.CREATED;
            }
        } catch (Exception e) {
            FailureKind kind = kindOf(e);
            if (kind == FailureKind.REFUSED) {
                return compareAfterRefusal(blob).orElseThrow(() -> failed(what, key(blob.name()), e));
            }
            if (kind != FailureKind.EXISTS) {
                throw failed(what, key(blob.name()), e);
            }
        }
        return compareTaken(blob, what);
    }

    /** The blob that has the name may be the work of an earlier attempt of this very call whose answer was lost. */
    private PutResult compareTaken(Blob blob, Supplier<String> what) {
        BlobInfo existing = found(what, blob.name(), () -> driver.findExisting(key(blob.name())))
                .orElseThrow(() -> BlobStoreException.retryable(what.get() + ": the name was taken, and is now free"));
        return ExistingBlob.compare(blob, existing);
    }

    /**
     * An identity that may create and not replace is refused when its blob exists already. As a failure that would bring each
     * redelivery back for ever.
     */
    private Optional<PutResult> compareAfterRefusal(Blob blob) {
        try {
            return findOnce(blob.name()).map(existing -> ExistingBlob.compare(blob, existing));
        } catch (BlobCollisionException e) {
            throw e;
        } catch (BlobStoreException e) {
            if (!e.isRetryable()) {
                // The caller reports why the write failed.
                return Optional.empty();
            }
            throw BlobStoreException.translated(
                    "write " + blob.name() + ": the write was refused, but the blob may" + " exist: " + e.getMessage(),
                    e,
                    true);
        }
    }

    @Override
    public Optional<BlobInfo> find(BlobName name) {
        return retries.call(() -> "find " + name, () -> findOnce(name));
    }

    private Optional<BlobInfo> findOnce(BlobName name) {
        return found(() -> "find " + name + " in " + this, name, () -> driver.find(key(name)));
    }

    private Optional<BlobInfo> found(Supplier<String> what, BlobName name, Callable<Optional<BlobInfo>> look) {
        try {
            return requests.read(look, this::kindOf).map(info -> info.named(name));
        } catch (Exception e) {
            if (kindOf(e) == FailureKind.NOT_FOUND) {
                return Optional.empty();
            }
            throw failed(what, key(name), e);
        }
    }

    @Override
    public OpenBlob open(BlobName name) {
        return open(name, () -> driver.open(key(name)));
    }

    @Override
    public OpenBlob open(BlobInfo known) {
        return open(known.name(), () -> driver.open(key(known.name()), known));
    }

    private OpenBlob open(BlobName name, Callable<Optional<OpenBlob>> opening) {
        Supplier<OpenBlob> once = () -> openOnce(name, opening);
        OpenBlob opened = retries.call(() -> "open " + name, once);
        return new OpenBlob(
                opened.info(), new BlobContent(retries, opened, once, failure -> failedToRead("read", name, failure)));
    }

    private OpenBlob openOnce(BlobName name, Callable<Optional<OpenBlob>> opening) {
        try {
            return requests.read(() -> begun(name, opening), this::kindOf);
        } catch (Exception e) {
            throw failedToRead("open", name, e);
        }
    }

    private static OpenBlob begun(BlobName name, Callable<Optional<OpenBlob>> opening) throws Exception {
        OpenBlob opened = opening.call().orElseThrow(() -> new BlobNotFoundException(name));
        return new OpenBlob(opened.info().named(name), BlobContent.begun(opened.content()));
    }

    @Override
    public int readConcurrency() {
        return requests.reads();
    }

    @Override
    public int writeConcurrency() {
        return requests.writes();
    }

    @Override
    public Stream<BlobInfo> list(String prefix, String startAfter) {
        return list(prefix, startAfter, Optional.empty(), PAGE);
    }

    @Override
    public Stream<BlobInfo> list(String prefix, String startAfter, String before) {
        return list(prefix, startAfter, Optional.of(before), PAGE)
                .takeWhile(blob -> BlobName.ORDER.compare(blob.name().value(), before) < 0);
    }

    @Override
    public Optional<BlobInfo> first(String prefix, String startAfter) {
        return list(prefix, startAfter, Optional.empty(), PAGE_FOR_FIRST).findFirst();
    }

    private Stream<BlobInfo> list(String prefix, String startAfter, Optional<String> before, int size) {
        BlobRange range = new BlobRange(
                folder + prefix, startAfter.isEmpty() ? "" : folder + startAfter, before.map(folder::concat), size);
        return Listing.stream(
                        driver,
                        page -> retries.call(() -> "list " + prefix, () -> fetch(prefix, page)),
                        range,
                        Optional.of(threads).filter(unused -> size > PAGE_FOR_FIRST),
                        requests::lists)
                // This key is the marker of the store's own folder.
                .filter(blob -> !blob.name().value().equals(folder))
                .map(this::inFolder)
                .filter(blob -> prefix.startsWith(BlobName.NOTES)
                        || !blob.name().value().startsWith(BlobName.NOTES));
    }

    private BlobPage fetch(String prefix, BlobPage.Next page) {
        try {
            return requests.list(page::fetch, this::kindOf);
        } catch (Exception e) {
            throw failed(() -> "list \"" + prefix + "\" in " + this, folder + prefix, e);
        }
    }

    @Override
    public List<BlobInfo> withoutContent(String prefix) {
        return retries.call(() -> "list " + prefix, () -> {
            try {
                return driver.withoutContent(folder + prefix).stream()
                        .map(this::inFolder)
                        .toList();
            } catch (Exception e) {
                throw failed(() -> "list \"" + prefix + "\" in " + this, folder + prefix, e);
            }
        });
    }

    private BlobInfo inFolder(BlobInfo blob) {
        return folder.isEmpty()
                ? blob
                : blob.named(BlobName.listed(blob.name().value().substring(folder.length())));
    }

    @Override
    public void check() {
        try {
            driver.check(folder);
        } catch (Exception e) {
            // An identity that may only write must not list.
            if (kindOf(e) != FailureKind.REFUSED) {
                throw failed(() -> "open " + this, folder, e);
            }
        }
    }

    private String key(BlobName name) {
        return folder.isEmpty() ? name.value() : folder + name.value();
    }

    private FailureKind kindOf(Exception failure) {
        if (failure instanceof BlobNotFoundException) {
            return FailureKind.NOT_FOUND;
        }
        if (failure instanceof BlobStoreException known) {
            return known.isRetryable() ? FailureKind.RETRYABLE : FailureKind.PERMANENT;
        }
        return driver.kindOf(failure);
    }

    private BlobStoreException failedToRead(String verb, BlobName name, Exception failure) {
        return kindOf(failure) == FailureKind.NOT_FOUND
                ? new BlobNotFoundException(name)
                : failed(() -> verb + " " + name + " in " + this, key(name), failure);
    }

    /** Nothing but a {@link BlobStoreException} leaves a store, whatever the client throws. */
    private BlobStoreException failed(Supplier<String> what, String key, Exception failure) {
        if (failure instanceof BlobStoreException known) {
            return known;
        }
        FailureKind kind = driver.kindOf(failure);
        // Callers have dealt with a blob that is not found.
        boolean isPlaceMissing = kind == FailureKind.NOT_FOUND || kind == FailureKind.NO_PLACE;
        String advice = isPlaceMissing ? driver.place() + " not found; create it, or correct the address: " : "";
        String remedy = driver.remedyOf(failure, key).map(text -> "; " + text).orElse("");
        return BlobStoreException.of(what.get(), advice + driver.reasonOf(failure) + remedy, kind, failure);
    }

    /** Returns the address of the store. */
    @Override
    public String toString() {
        return address;
    }

    @Override
    public void close() {
        try {
            driver.close();
        } catch (BlobStoreException e) {
            throw e;
        } catch (Exception e) {
            throw BlobStoreException.permanent("close " + this, e);
        }
    }
}
