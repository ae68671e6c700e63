package dev.persistor.core.store;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The store over a {@link BlobDriver}: all that is the same for every service. It does not retry; {@link RetryingBlobStore} does.
 *
 * <p>Thread-safe.
 */
public class PortableBlobStore implements BlobStore {

    private static final int PAGE = 1_000;
    /** The first may be preceded by the marker of the store's own folder, or by the name to start after. */
    private static final int PAGE_FOR_FIRST = 2;

    private final BlobDriver driver;
    private final String folder;
    private final String address;
    private final BlobLimits limits;

    /** Makes a store of all of a driver's place. The driver is closed with the store. */
    public PortableBlobStore(BlobDriver driver) {
        this(driver, "");
    }

    /**
     * Makes a store of a folder of a driver's place. The driver is closed with the store.
     *
     * @param folder what goes before each name: empty, or ending in {@code /}
     * @throws IllegalArgumentException if the folder does not end so
     */
    public PortableBlobStore(BlobDriver driver, String folder) {
        this.driver = Objects.requireNonNull(driver, "driver");
        this.folder = folder;
        if (!folder.isEmpty() && !folder.endsWith("/")) {
            throw new IllegalArgumentException("a prefix ends in /, unlike \"" + folder + "\"");
        }
        this.address = driver.address() + folder;
        this.limits = driver.limits().lessPrefix(folder.getBytes(StandardCharsets.UTF_8).length);
    }

    @Override
    public final BlobLimits limits() {
        return limits;
    }

    @Override
    public final PutResult put(Blob blob) {
        // Services compare the content with a checksum that is made of it, so they cannot find a difference.
        blob.verifyChecksum();
        Supplier<String> what = () -> "write " + blob.name() + " to " + this;
        try {
            if (driver.create(key(blob.name()), blob)) {
                return PutResult.CREATED;
            }
        } catch (Exception e) {
            FailureKind kind = kindOf(e);
            if (kind == FailureKind.REFUSED) {
                return compareAfterRefusal(blob).orElseThrow(() -> failed(what, e));
            }
            if (kind != FailureKind.EXISTS) {
                throw failed(what, e);
            }
        }
        return compareTaken(blob, what);
    }

    /** The blob that has the name may be the work of an earlier attempt of this very call whose answer was lost. */
    private PutResult compareTaken(Blob blob, Supplier<String> what) {
        BlobInfo existing = found(what, blob.name(), () -> driver.findExisting(key(blob.name())))
                .orElseThrow(() -> BlobStoreException.retryable(what.get() + ": the name was taken and is free again"));
        return ExistingBlob.compare(blob, existing);
    }

    /**
     * An identity that may create and not replace is refused when its blob exists already. As a failure that would bring each
     * redelivery back for ever.
     */
    private Optional<PutResult> compareAfterRefusal(Blob blob) {
        try {
            return find(blob.name()).map(existing -> ExistingBlob.compare(blob, existing));
        } catch (BlobCollisionException e) {
            throw e;
        } catch (BlobStoreException e) {
            if (!e.isRetryable()) {
                // The caller reports why the write failed.
                return Optional.empty();
            }
            throw BlobStoreException.translated(
                    "write " + blob.name() + ": it was refused, and the blob may be there: " + e.getMessage(), e, true);
        }
    }

    @Override
    public final Optional<BlobInfo> find(BlobName name) {
        return found(() -> "find " + name + " in " + this, name, () -> driver.find(key(name)));
    }

    private Optional<BlobInfo> found(Supplier<String> what, BlobName name, Callable<Optional<BlobInfo>> look) {
        try {
            return look.call().map(info -> info.named(name));
        } catch (Exception e) {
            if (kindOf(e) == FailureKind.NOT_FOUND) {
                return Optional.empty();
            }
            throw failed(what, e);
        }
    }

    @Override
    public final OpenBlob open(BlobName name) {
        return open(name, () -> driver.open(key(name)));
    }

    @Override
    public final OpenBlob open(BlobInfo known) {
        return open(known.name(), () -> driver.open(key(known.name()), known));
    }

    private OpenBlob open(BlobName name, Callable<Optional<OpenBlob>> opening) {
        OpenBlob opened;
        try {
            opened = opening.call().orElseThrow(() -> new BlobNotFoundException(name));
        } catch (Exception e) {
            throw failedToRead("open", name, e);
        }
        DriverContent content = new DriverContent(opened.content(), failure -> failedToRead("read", name, failure));
        return new OpenBlob(opened.info().named(name), content.begin());
    }

    @Override
    public final Stream<BlobInfo> list(String prefix, String startAfter) {
        return list(prefix, startAfter, Optional.empty(), PAGE);
    }

    @Override
    public final Stream<BlobInfo> list(String prefix, String startAfter, String before) {
        return list(prefix, startAfter, Optional.of(before), PAGE)
                .takeWhile(blob -> BlobName.ORDER.compare(blob.name().value(), before) < 0);
    }

    @Override
    public final Optional<BlobInfo> first(String prefix, String startAfter) {
        return list(prefix, startAfter, Optional.empty(), PAGE_FOR_FIRST).findFirst();
    }

    private Stream<BlobInfo> list(String prefix, String startAfter, Optional<String> before, int size) {
        Supplier<String> what = () -> "list \"" + prefix + "\" in " + this;
        BlobRange range = new BlobRange(
                folder + prefix, startAfter.isEmpty() ? "" : folder + startAfter, before.map(folder::concat), size);
        PagedListing blobs = new PagedListing(() -> driver.page(range), failure -> failed(what, failure));
        int ordered = Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.DISTINCT;
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(blobs, ordered), false)
                .filter(blob -> blob.name().value().startsWith(range.prefix()))
                .map(this::inFolder)
                // Some services include the key to start after. An empty name is the marker of the store's own folder.
                .filter(blob -> BlobName.ORDER.compare(blob.name().value(), startAfter) > 0);
    }

    private BlobInfo inFolder(BlobInfo blob) {
        return folder.isEmpty()
                ? blob
                : blob.named(BlobName.listed(blob.name().value().substring(folder.length())));
    }

    @Override
    public final void check() {
        try {
            driver.check();
        } catch (Exception e) {
            throw failed(() -> "open " + this, e);
        }
    }

    private String key(BlobName name) {
        return folder.isEmpty() ? name.value() : folder + name.value();
    }

    private FailureKind kindOf(Exception failure) {
        if (failure instanceof BlobStoreException known) {
            return known.isRetryable() ? FailureKind.RETRYABLE : FailureKind.PERMANENT;
        }
        return driver.kindOf(failure);
    }

    private BlobStoreException failedToRead(String verb, BlobName name, Exception failure) {
        return kindOf(failure) == FailureKind.NOT_FOUND
                ? new BlobNotFoundException(name)
                : failed(() -> verb + " " + name + " in " + this, failure);
    }

    /** Nothing but a {@link BlobStoreException} leaves a store, whatever the client throws. */
    private BlobStoreException failed(Supplier<String> what, Exception failure) {
        return failure instanceof BlobStoreException known
                ? known
                : BlobStoreException.of(what.get(), driver.reasonOf(failure), driver.kindOf(failure), failure);
    }

    /** Returns the address of the store. */
    @Override
    public final String toString() {
        return address;
    }

    @Override
    public final void close() {
        try {
            driver.close();
        } catch (Exception e) {
            throw BlobStoreException.permanent("close " + this, e);
        }
    }
}
