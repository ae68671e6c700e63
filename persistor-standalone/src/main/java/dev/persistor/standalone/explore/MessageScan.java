package dev.persistor.standalone.explore;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.ArchiveReader;
import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.archive.Finding;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages of a query, from the place on where an earlier scan ended.
 *
 * <p>Not thread-safe.
 */
final class MessageScan implements AutoCloseable {

    /** What is done with each message. */
    @FunctionalInterface
    interface Visitor {

        /** Takes a message; returns whether it wants more. */
        boolean take(ArchivedMessage message) throws IOException, InterruptedException;
    }

    private final Query query;
    private final Scan scan;
    private final ArchiveReader reader;
    /** The names of the blobs that were given to the reader and are not read to their end, in their order. */
    private final Deque<BlobName> unread = new ArrayDeque<>();

    private long counted;
    private @Nullable Place last;

    MessageScan(Archive archive, Query query, Scan scan) {
        this.query = query;
        this.scan = scan;
        this.reader = archive.read(blobs(archive), query.filter());
    }

    private Stream<BlobInfo> blobs(Archive archive) {
        String from = query.after().map(Place::blob).orElse("");
        return archive.blobs(query.filter(), from).peek(blob -> unread.addLast(blob.name()));
    }

    /** Gives all messages of the query to the visitor, until it has enough or the time is over. */
    Scan.End visit(Visitor visitor) throws IOException, InterruptedException {
        try {
            while (reader.hasNext()) {
                ArchivedMessage message = reader.next();
                scan.looked();
                boolean wantsMore = !query.accepts(message) || visitor.take(message);
                last = Place.of(message);
                if (!wantsMore) {
                    return Scan.End.limit(last);
                }
                if (scan.isOver()) {
                    return Scan.End.time(Optional.of(last));
                }
            }
            return Scan.End.DONE;
        } catch (CancellationException e) {
            if (scan.isOver()) {
                return Scan.End.time(reached());
            }
            throw e;
        }
    }

    /** Returns the last place that was read: a message's, or the end of a blob without one of interest. */
    private Optional<Place> reached() {
        BlobName whole = null;
        for (; counted < reader.blobsRead() && !unread.isEmpty(); counted++) {
            whole = unread.removeFirst();
        }
        Place behind = whole == null ? null : Place.behind(whole);
        if (behind == null || (last != null && BlobName.ORDER.compare(last.blob(), behind.blob()) > 0)) {
            return Optional.ofNullable(last).or(query::after);
        }
        return Optional.of(behind);
    }

    List<Finding> findings() {
        return reader.findings();
    }

    @Override
    public void close() {
        reader.close();
    }
}
