package dev.persistor.core.archive;

import dev.persistor.core.message.MessageSize;
import dev.persistor.core.store.BlobName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gives what another reader gives in the order of publish time, or in another one. A message waits in memory until nothing that is still to be read can
 * be before it. What memory has no room for is sorted in runs that wait in temporary files, and from then on everything is read
 * before the next message is given.
 */
final class SortedReader implements ArchiveReader {

    /** Sorted messages, of which one is at hand. */
    private static final class Run {
        private final Iterator<ArchivedMessage> rest;
        private ArchivedMessage head;

        Run(Iterator<ArchivedMessage> messages) {
            this.head = messages.next();
            this.rest = messages;
        }

        boolean advance() {
            if (!rest.hasNext()) {
                return false;
            }
            head = rest.next();
            return true;
        }
    }

    private final ArchiveReader unsorted;
    private final Function<BlobName, Instant> earliestFrom;
    private final long memory;
    private final RunFiles files = new RunFiles();
    private final Comparator<ArchivedMessage> order;
    private final PriorityQueue<ArchivedMessage> waiting;
    private final PriorityQueue<Run> runs;
    private long bytes;
    /** Nothing that is still to be read was published before. */
    private Instant floor = Instant.MIN;

    private boolean hasFiles;
    private boolean isRead;
    private @Nullable Run last;

    /**
     * Sorts in about so many bytes of memory.
     *
     * @param unsorted reads blob by blob
     * @param earliestFrom tells of a blob before which time no message was published of it and of those that are read after it
     * @param order starts with the publish time, unless nothing is known of any blob
     */
    SortedReader(
            ArchiveReader unsorted,
            Function<BlobName, Instant> earliestFrom,
            long memory,
            Comparator<ArchivedMessage> order) {
        this.order = order;
        this.waiting = new PriorityQueue<>(order);
        this.runs = new PriorityQueue<>((left, right) -> order.compare(left.head, right.head));
        this.unsorted = unsorted;
        this.earliestFrom = earliestFrom;
        this.memory = memory;
    }

    @Override
    public boolean hasNext() {
        while (!isRead && (hasFiles || !isFirstCertain())) {
            readOn();
        }
        if (last != null) {
            // Only now, so that a file's next message is not read before it is wanted.
            Run run = last;
            last = null;
            if (run.advance()) {
                runs.add(run);
            }
        }
        return !waiting.isEmpty() || !runs.isEmpty();
    }

    /** A message with the floor's own time may still precede it, by its source or offset. */
    private boolean isFirstCertain() {
        ArchivedMessage first = waiting.peek();
        return first != null && first.message().publishTime().isBefore(floor);
    }

    private void readOn() {
        if (!unsorted.hasNext()) {
            isRead = true;
            if (hasFiles) {
                addRun(takeWaiting().iterator());
                files.open().forEach(this::addRun);
            }
            return;
        }
        ArchivedMessage message = unsorted.next();
        floor = earliestFrom.apply(message.blob());
        waiting.add(message);
        bytes += MessageSize.of(message.message());
        if (bytes >= memory) {
            hasFiles = true;
            files.write(takeWaiting());
        }
    }

    private List<ArchivedMessage> takeWaiting() {
        List<ArchivedMessage> sorted = new ArrayList<>(waiting);
        sorted.sort(order);
        waiting.clear();
        bytes = 0;
        return sorted;
    }

    private void addRun(Iterator<ArchivedMessage> messages) {
        if (messages.hasNext()) {
            runs.add(new Run(messages));
        }
    }

    @Override
    public ArchivedMessage next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the archive has no more messages");
        }
        if (!waiting.isEmpty()) {
            ArchivedMessage first = waiting.remove();
            bytes -= MessageSize.of(first.message());
            return first;
        }
        last = runs.remove();
        return last.head;
    }

    @Override
    public List<Finding> findings() {
        return unsorted.findings();
    }

    @Override
    public long blobsRead() {
        return unsorted.blobsRead();
    }

    @Override
    public void close() {
        unsorted.close();
        files.close();
    }
}
