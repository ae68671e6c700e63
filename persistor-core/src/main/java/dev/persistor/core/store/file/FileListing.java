package dev.persistor.core.store.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStoreException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Walks a folder in the order of blob names, with no more in memory than the folders on the way to the current file, and
 * leaves out whole folders that cannot hold what is asked for.
 *
 * <p>Not thread-safe.
 */
final class FileListing implements Iterator<BlobName> {

    private static final Logger LOG = LoggerFactory.getLogger(FileListing.class);

    /** A folder sorts as its name with a slash behind it, since that is how the names of its blobs go on. */
    private record Entry(String sortName, Path path, boolean folder) {}

    private final String prefix;
    private final String startAfter;
    private final Deque<Iterator<Entry>> open = new ArrayDeque<>();
    private @Nullable BlobName next;

    private FileListing(Path root, String prefix, String startAfter) {
        this.prefix = prefix;
        this.startAfter = startAfter;
        open.push(entries("", root));
        advance();
    }

    static Stream<BlobName> names(Path root, String prefix, String startAfter) {
        int ordered = Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.DISTINCT;
        Iterable<BlobName> names = () -> new FileListing(root, prefix, startAfter);
        return StreamSupport.stream(
                () -> Spliterators.spliteratorUnknownSize(names.iterator(), ordered), ordered, false);
    }

    @Override
    public boolean hasNext() {
        return next != null;
    }

    @Override
    public BlobName next() {
        BlobName current = next;
        if (current == null) {
            throw new NoSuchElementException();
        }
        advance();
        return current;
    }

    private void advance() {
        next = null;
        while (next == null && !open.isEmpty()) {
            Iterator<Entry> entries = open.peek();
            if (!entries.hasNext()) {
                open.pop();
                continue;
            }
            Entry entry = entries.next();
            if (entry.folder()) {
                open.push(entries(entry.sortName(), entry.path()));
            } else {
                next = nameOf(entry);
            }
        }
    }

    private static @Nullable BlobName nameOf(Entry entry) {
        try {
            return BlobName.of(entry.sortName());
        } catch (IllegalArgumentException e) {
            LOG.warn("A file that no blob can be named after is left out of the listing: {}", e.getMessage());
            return null;
        }
    }

    private Iterator<Entry> entries(String folderName, Path folder) {
        List<Entry> entries = new ArrayList<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
            for (Path child : children) {
                String name = folderName + child.getFileName();
                if (name.equals(FileBlobStore.PRIVATE_FOLDER)) {
                    continue;
                }
                Entry entry = Files.isDirectory(child, NOFOLLOW_LINKS)
                        ? new Entry(name + "/", child, true)
                        : new Entry(name, child, false);
                if (mayMatch(entry) && (entry.folder() || Files.isRegularFile(child, NOFOLLOW_LINKS))) {
                    entries.add(entry);
                }
            }
        } catch (NoSuchFileException e) {
            return Collections.emptyIterator();
        } catch (IOException e) {
            throw BlobStoreException.retryable("list " + folder, e);
        }
        entries.sort(Comparator.comparing(Entry::sortName, BlobName.ORDER));
        return entries.iterator();
    }

    private boolean mayMatch(Entry entry) {
        String name = entry.sortName();
        if (entry.folder()) {
            boolean below = name.startsWith(prefix) || prefix.startsWith(name);
            boolean after = startAfter.startsWith(name) || BlobName.ORDER.compare(name, startAfter) > 0;
            return below && after;
        }
        return name.startsWith(prefix) && BlobName.ORDER.compare(name, startAfter) > 0;
    }
}
