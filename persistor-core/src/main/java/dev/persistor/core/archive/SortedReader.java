package dev.persistor.core.archive;

import dev.persistor.core.message.MessageSize;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads everything, and then gives it in the order of publish time. What memory has no room for is sorted in runs that
 * wait in temporary files.
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
    private final long memory;
    private final RunFiles files = new RunFiles();
    private final PriorityQueue<Run> runs =
            new PriorityQueue<>((left, right) -> ReadOrder.BY_TIME.compare(left.head, right.head));
    private boolean isSorted;
    private @Nullable Run last;

    /** Sorts what another reader gives, in about so many bytes of memory. */
    SortedReader(ArchiveReader unsorted, long memory) {
        this.unsorted = unsorted;
        this.memory = memory;
    }

    @Override
    public boolean hasNext() {
        if (!isSorted) {
            isSorted = true;
            sort();
        }
        if (last != null) {
            // Only now, so that a file's next message is not read before it is wanted.
            Run run = last;
            last = null;
            if (run.advance()) {
                runs.add(run);
            }
        }
        return !runs.isEmpty();
    }

    private void sort() {
        List<ArchivedMessage> messages = new ArrayList<>();
        long bytes = 0;
        while (unsorted.hasNext()) {
            ArchivedMessage message = unsorted.next();
            messages.add(message);
            bytes += MessageSize.of(message.message());
            if (bytes >= memory) {
                messages.sort(ReadOrder.BY_TIME);
                files.write(messages);
                messages = new ArrayList<>();
                bytes = 0;
            }
        }
        messages.sort(ReadOrder.BY_TIME);
        addRun(messages.iterator());
        files.open().forEach(this::addRun);
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
        last = runs.remove();
        return last.head;
    }

    @Override
    public List<Damage> damages() {
        return unsorted.damages();
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
