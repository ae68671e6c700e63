package dev.persistor.core.store.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;

import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobCollisionException;
import dev.persistor.core.store.BlobDamagedException;
import dev.persistor.core.store.BlobDriver;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobPage;
import dev.persistor.core.store.BlobRange;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.ExistingBlob;
import dev.persistor.core.store.FailureKind;
import dev.persistor.core.store.FilePermissions;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.PutResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps blobs in a folder of a local file system with hard links (all usual ones of Linux and macOS).
 *
 * <p>A blob's content is a file of the blob's name, just the bytes, so that any tool can read an archive. What else there
 * is to know lies in a second tree, {@code .persistor/blobs}, one small file a blob. Writing takes these steps, each
 * durable before the next, so that a crash between any two leaves a blob that is not there, never half of one:
 *
 * <ol>
 *   <li>the content goes to a temporary file;
 *   <li>the description goes to another, which is then <em>linked</em> to its name. Linking does not replace, so exactly
 *       one writer wins the name, and the description is whole from its first moment;
 *   <li>the content is linked to its name.
 * </ol>
 *
 * <p>A writer that finds the description compares it; if it describes the same blob, it repeats the last step, as the
 * winner may have died before it. When it describes another blob whose content is not there, and that
 * for a while, its writer died before the last step: the blob was never there, and another may have its name.
 *
 * <p>Files and folders are created for the owner and the group only, unless {@link FilePermissions} say otherwise. What a writer
 * that died left half-written is removed by the next.
 *
 * <p>A name never leads out of the folder: symbolic links below it are refused, in any part of a name.
 *
 * <p>Limits: names of 2,048 bytes, segments of 255.
 *
 * <p>Thread-safe, also among processes.
 */
public final class FileDriver implements BlobDriver {

    /** The limits of names: file systems allow 255 bytes in a segment and 4,096 in a path, including the root. */
    private static final BlobLimits LIMITS = new BlobLimits(2048, 255, 1024 * 1024);

    static final String PRIVATE_FOLDER = ".persistor";

    /** Forgetting a folder costs one fsync, so a plain bound will do. */
    private static final int MAX_REMEMBERED_FOLDERS = 10_000;

    /** A writer that has claimed a name links its content within milliseconds. */
    private static final Duration TIME_TO_LINK = Duration.ofSeconds(2);

    /** Each description is a file to be read, so pages are short. */
    private static final int PAGE = 100;

    private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

    private final Path root;
    private final FilePermissions permissions;
    private final Set<Path> knownDurable = ConcurrentHashMap.newKeySet();
    private final Path descriptions;
    private final Path temporary;
    private final Path writers;
    private final TemporaryFiles files;

    private FileDriver(Path root, FilePermissions permissions) {
        this.root = root;
        this.permissions = permissions;
        Path own = root.resolve(PRIVATE_FOLDER);
        this.descriptions = own.resolve("blobs");
        this.temporary = own.resolve("tmp");
        this.writers = own.resolve("writers");
        this.files = new TemporaryFiles(temporary, writers, permissions);
    }

    /** Opens a folder, as {@link #open(Path, FilePermissions)} does, for the owner and the group. */
    public static FileDriver open(Path folder) {
        return open(folder, FilePermissions.GROUP);
    }

    /**
     * Opens a folder, which is created if it does not exist. In an existing one nothing is written before the first blob is, so that
     * an archive can be read where only reading is allowed.
     *
     * @param permissions who may read and write what is created
     * @throws BlobStoreException if the folder does not exist and cannot be created
     */
    public static FileDriver open(Path folder, FilePermissions permissions) {
        try {
            Files.createDirectories(folder, permissions.ofFolders(folder));
            return new FileDriver(folder.toRealPath(), permissions);
        } catch (IOException e) {
            throw BlobStoreException.permanent("open the store in " + folder, e);
        }
    }

    @Override
    public boolean create(String key, Blob blob) throws IOException {
        Path content = path(root, key);
        Path description = path(descriptions, key);
        if (isOtherThanAFile(content) || isOtherThanAFile(description)) {
            throw BlobStoreException.permanent("write " + key + ": a folder or a link has this name");
        }
        if (Files.exists(parent(content))) {
            requireInside(parent(content));
        }
        return !Files.exists(content, NOFOLLOW_LINKS) && create(blob, content, description);
    }

    private static boolean isOtherThanAFile(Path path) {
        return Files.exists(path, NOFOLLOW_LINKS) && !Files.isRegularFile(path, NOFOLLOW_LINKS);
    }

    /**
     * Has the blob be there; false when one of its name is, be it the same or another. All of the content is written before the
     * name is claimed, so that what fails meanwhile claims nothing.
     */
    private boolean create(Blob blob, Path content, Path description) throws IOException {
        makeFolder(parent(content));
        makeFolder(parent(description));
        makeFolder(temporary);
        makeFolder(writers);
        Path written = files.write(blob.content());
        try {
            if (claim(description, blob)) {
                boolean linked = link(written, content);
                if (!linked) {
                    withdrawUnlessItIs(blob, content, description);
                }
                return linked;
            }
            if (Files.exists(content, NOFOLLOW_LINKS)) {
                return false;
            }
            return isOfAnother(blob, description)
                    ? !isLinkedInTime(blob.name(), content) && takeOver(blob, written, content, description)
                    : link(written, content);
        } finally {
            Files.deleteIfExists(written);
        }
    }

    /** Links the description to its name; false when another writer had done so. */
    private boolean claim(Path description, Blob blob) throws IOException {
        if (Files.exists(description, NOFOLLOW_LINKS)) {
            return false;
        }
        Path written = files.write(ByteBuffer.wrap(Description.of(blob).toJson()));
        try {
            return link(written, description);
        } finally {
            Files.deleteIfExists(written);
        }
    }

    /**
     * Another program has put a file under the name since it was looked at. The claim must not describe that file. It is moved away
     * before it is looked at, since another writer may have replaced it. When the content is the blob's own, a writer of the same blob
     * has finished what this one began, and the claim stays.
     */
    private void withdrawUnlessItIs(Blob blob, Path content, Path description) throws IOException {
        if (isContentOf(blob, content)) {
            return;
        }
        Path moved = files.newName();
        try {
            Files.move(description, moved, StandardCopyOption.ATOMIC_MOVE);
            if (!Arrays.equals(Files.readAllBytes(moved), Description.of(blob).toJson())) {
                link(moved, description);
            }
        } finally {
            Files.deleteIfExists(moved);
        }
    }

    private static boolean isContentOf(Blob blob, Path content) throws IOException {
        try (FileChannel channel = FileChannel.open(content, READ, NOFOLLOW_LINKS)) {
            return channel.size() == blob.size() && FileChecksum.of(channel) == blob.crc32c();
        }
    }

    private static boolean isOfAnother(Blob blob, Path description) throws IOException {
        try {
            BlobInfo claimed = Description.read(description).toInfo(blob.name());
            // What is linked now must have the bytes that are described.
            return !ExistingBlob.hasSameBytes(blob, claimed)
                    || ExistingBlob.compare(blob, claimed) != PutResult.ALREADY_EXISTS;
        } catch (BlobCollisionException | Description.DamagedException e) {
            return true;
        }
    }

    /**
     * Waits for the content of another blob that has claimed the name: its writer is about to link it, or died before.
     *
     * @return false when it has had time enough
     */
    private static boolean isLinkedInTime(BlobName name, Path content) {
        long until = System.nanoTime() + TIME_TO_LINK.toNanos();
        boolean isThere = Files.exists(content, NOFOLLOW_LINKS);
        while (!isThere && System.nanoTime() < until) {
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                throw BlobStoreException.retryable("write " + name + ": interrupted while waiting for another writer");
            }
            isThere = Files.exists(content, NOFOLLOW_LINKS);
        }
        return isThere;
    }

    /** Gives a blob the name of another whose writer died before its content was there; false if another writer was faster. */
    private boolean takeOver(Blob blob, Path written, Path content, Path description) throws IOException {
        if (!link(written, content)) {
            return false;
        }
        Path replacement = files.write(ByteBuffer.wrap(Description.of(blob).toJson()));
        Files.move(replacement, description, StandardCopyOption.ATOMIC_MOVE);
        sync(parent(description));
        return true;
    }

    /** Gives a file its second name; false when that is taken. */
    private static boolean link(Path file, Path target) throws IOException {
        try {
            Files.createLink(target, file);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } finally {
            sync(parent(target));
        }
    }

    /**
     * Describes what has the name: by the content's own bytes where they are there, because they, and not what was once
     * written about them, are what a reader will get. A writer that takes too long to link its content may lose the name to another,
     * and then there is nothing.
     */
    @Override
    public Optional<BlobInfo> findExisting(String key) throws IOException {
        Path content = path(root, key);
        try (FileChannel channel = FileChannel.open(content, READ, NOFOLLOW_LINKS)) {
            BlobInfo described = describe(BlobName.listed(key), content);
            BlobInfo existing = described.crc32c().isEmpty()
                    ? described
                    : BlobInfo.of(
                            described.name(),
                            channel.size(),
                            described.contentType(),
                            described.metadata(),
                            FileChecksum.of(channel));
            // The writer that linked it may have died before it made the link durable.
            sync(parent(content));
            return Optional.of(existing);
        }
    }

    @Override
    public BlobLimits limits() {
        return LIMITS;
    }

    @Override
    public BlobPage page(BlobRange range) throws IOException {
        return page(new FileListing(root, range.prefix(), range.from()), Math.min(range.size(), PAGE));
    }

    private BlobPage page(FileListing files, int size) throws IOException {
        List<BlobInfo> page = new ArrayList<>();
        for (Optional<FileListing.Found> file = files.next(); file.isPresent(); file = files.next()) {
            describe(file.get()).ifPresent(page::add);
            if (page.size() == size) {
                return BlobPage.of(page, () -> page(files, PAGE));
            }
        }
        return BlobPage.last(page);
    }

    /** Describes a file of a listing; nothing when it is not there any more. */
    private Optional<BlobInfo> describe(FileListing.Found file) throws IOException {
        try {
            return Optional.of(
                    file.name().isForeign()
                            ? BlobInfo.withoutChecksum(
                                    file.name(), Files.size(file.path()), BlobInfo.UNKNOWN_TYPE, BlobMetadata.empty())
                            : describe(file.name(), file.path()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (AccessDeniedException e) {
            return Optional.of(BlobInfo.damaged(
                    file.name(), 0, "no permission to read " + e.getFile() + "; grant it and try again"));
        }
    }

    @Override
    public Optional<BlobInfo> find(String key) throws IOException {
        Path content = path(root, key);
        if (!Files.isRegularFile(content, NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        requireInside(parent(content));
        return Optional.of(describe(BlobName.listed(key), content));
    }

    private BlobInfo describe(BlobName name, Path content) throws IOException {
        Path description = path(descriptions, name.value());
        try {
            // With the size that was written, so that a reader finds out when the file is torn.
            return Description.read(description).toInfo(name);
        } catch (NoSuchFileException e) {
            // Not written by Persistor; readers of the archive see it anyway.
            return BlobInfo.withoutChecksum(name, Files.size(content), BlobInfo.UNKNOWN_TYPE, BlobMetadata.empty());
        } catch (Description.DamagedException e) {
            return BlobInfo.damaged(name, Files.size(content), String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Optional<OpenBlob> open(String key) throws IOException {
        Optional<BlobInfo> info = find(key);
        if (info.isEmpty()) {
            return Optional.empty();
        }
        info.get().problem().ifPresent(problem -> {
            throw new BlobDamagedException("open " + key + ": " + problem, false);
        });
        return Optional.of(new OpenBlob(info.get(), Files.newInputStream(path(root, key), READ, NOFOLLOW_LINKS)));
    }

    /** A writer claims a name before it links the content, so what has none is looked at once more a little later. */
    @Override
    public List<BlobInfo> withoutContent(String prefix) throws IOException {
        List<BlobInfo> found = describedOnly(prefix);
        if (found.isEmpty()) {
            return found;
        }
        LockSupport.parkNanos(TIME_TO_LINK.toNanos());
        return found.stream()
                .filter(blob -> !Files.exists(path(root, blob.name().value()), NOFOLLOW_LINKS))
                .toList();
    }

    private List<BlobInfo> describedOnly(String prefix) throws IOException {
        List<BlobInfo> found = new ArrayList<>();
        FileListing described = new FileListing(descriptions, prefix, "");
        for (Optional<FileListing.Found> file = described.next(); file.isPresent(); file = described.next()) {
            BlobName name = file.get().name();
            if (!name.isForeign() && !Files.exists(path(root, name.value()), NOFOLLOW_LINKS)) {
                try {
                    found.add(Description.read(file.get().path()).toInfo(name));
                } catch (NoSuchFileException | Description.DamagedException e) {
                    // Without a content, it says nothing of any blob.
                }
            }
        }
        return found;
    }

    @Override
    public FailureKind kindOf(Exception failure) {
        if (failure instanceof NoSuchFileException) {
            return FailureKind.NOT_FOUND;
        }
        return failure instanceof AccessDeniedException || !(failure instanceof IOException)
                ? FailureKind.PERMANENT
                : FailureKind.RETRYABLE;
    }

    private static Path path(Path base, String key) {
        try {
            Path path = base.resolve(key);
            if (!path.normalize().equals(path) || !path.startsWith(base)) {
                throw BlobStoreException.permanent("use " + key + ": it is outside the store");
            }
            if (key.equals(PRIVATE_FOLDER)
                    || (key.startsWith(PRIVATE_FOLDER + "/") && !key.startsWith(BlobName.NOTES))) {
                throw BlobStoreException.permanent(
                        "use " + key + ": the folder " + PRIVATE_FOLDER + " is reserved for the store");
            }
            return path;
        } catch (InvalidPathException e) {
            throw BlobStoreException.permanent("use " + key, e);
        }
    }

    /** Makes the folders from the root down to this one, each durable in the one above it. */
    private void makeFolder(Path folder) throws IOException {
        if (folder.equals(root)) {
            return;
        }
        if (!Files.isDirectory(folder, NOFOLLOW_LINKS)) {
            makeFolder(parent(folder));
            try {
                Files.createDirectory(folder, permissions.ofFolders(folder));
            } catch (FileAlreadyExistsException e) {
                refuseUnlessFolder(folder);
            }
        }
        requireInside(folder);
        if (!knownDurable.contains(folder)) {
            // Also when another writer has made it: it may have died before the folder was durable.
            sync(parent(folder));
            remember(folder);
        }
    }

    private void remember(Path folder) {
        if (knownDurable.size() >= MAX_REMEMBERED_FOLDERS) {
            knownDurable.clear();
        }
        knownDurable.add(folder);
    }

    private static void refuseUnlessFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder, NOFOLLOW_LINKS)) {
            throw BlobStoreException.permanent(
                    "use " + folder + ": a folder is required, but a file or symbolic link exists there");
        }
    }

    private void requireInside(Path folder) throws IOException {
        if (!folder.toRealPath().equals(folder)) {
            throw BlobStoreException.permanent("use " + folder + ": a symbolic link leads outside");
        }
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IllegalStateException(path + " has no parent");
        }
        return parent;
    }

    /** Makes the entries of a folder durable; a file's own fsync does not cover its name (Linux, fsync(2)). */
    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, READ)) {
            channel.force(true);
        }
    }

    @Override
    public String address() {
        return root.toUri().toString();
    }

    /** Lets go of the lock that protects the temporary files of this store. */
    @Override
    public void close() {
        files.close();
    }
}
