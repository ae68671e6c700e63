package dev.persistor.core.store.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.persistor.core.store.BlobName;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Walks a folder in the order of the files' names, with no more in memory than the folders on the way to the current file, and
 * leaves out whole folders that cannot hold what is asked for.
 *
 * <p>Not thread-safe.
 */
final class FileListing {

    /**
     * A file.
     *
     * @param name its name in the store, which may be a foreign one
     */
    record Found(BlobName name, Path path) {}

    /** A folder sorts as its name with a slash behind it, since that is how the names of its blobs go on. */
    private record Entry(String sortName, Path path, boolean folder) {}

    private final String prefix;
    private final String from;
    private final Deque<Iterator<Entry>> open = new ArrayDeque<>();

    FileListing(Path root, String prefix, String from) throws IOException {
        this.prefix = prefix;
        this.from = from;
        open.push(entries("", root));
    }

    /** Returns the next file; nothing when there are no more. */
    Optional<Found> next() throws IOException {
        while (!open.isEmpty()) {
            Iterator<Entry> entries = open.peek();
            if (!entries.hasNext()) {
                open.pop();
                continue;
            }
            Entry entry = entries.next();
            if (!entry.folder()) {
                return Optional.of(new Found(BlobName.listed(entry.sortName()), entry.path()));
            }
            open.push(entries(entry.sortName(), entry.path()));
        }
        return Optional.empty();
    }

    /**
     * Returns a file's name. One whose bytes are no text is shown by Java with replacement characters, which would be another
     * name; a lone surrogate is none that a blob can have.
     */
    private static String text(Path file) {
        String text = file.toString();
        return isNameOf(file, text) ? text : text.replace('\uFFFD', '\uDCFF');
    }

    private static boolean isNameOf(Path file, String text) {
        try {
            return file.equals(file.getFileSystem().getPath(text));
        } catch (InvalidPathException e) {
            // The file system's encoding has no replacement character.
            return false;
        }
    }

    private Iterator<Entry> entries(String folderName, Path folder) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
            for (Path child : children) {
                String name = folderName + text(child.getFileName());
                if (name.equals(FileDriver.PRIVATE_FOLDER) && !prefix.startsWith(BlobName.NOTES)) {
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
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        entries.sort(Comparator.comparing(Entry::sortName, BlobName.ORDER));
        return entries.iterator();
    }

    private boolean mayMatch(Entry entry) {
        String name = entry.sortName();
        if (entry.folder()) {
            boolean below = name.startsWith(prefix) || prefix.startsWith(name);
            boolean after = from.startsWith(name) || BlobName.ORDER.compare(name, from) > 0;
            return below && after;
        }
        return name.startsWith(prefix) && BlobName.ORDER.compare(name, from) >= 0;
    }
}
