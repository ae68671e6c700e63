package dev.persistor.core.archive;

import dev.persistor.core.format.Manifest;
import dev.persistor.core.format.RawFormat;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobInfo;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Adds up what an archive holds. Not thread-safe. */
final class StatisticsCounter {

    private static final class Source {
        private long messages;
        private long bytes;
        private Instant first;
        private Instant last;
        private final TimeCounts counts = new TimeCounts();

        Source(Instant time) {
            this.first = time;
            this.last = time;
        }

        void add(Instant time, long payload) {
            messages++;
            bytes += payload;
            first = time.isBefore(first) ? time : first;
            last = time.isAfter(last) ? time : last;
            counts.add(time, 1);
        }
    }

    private final Map<String, Source> sources = new TreeMap<>();

    private long blobs;
    private long storedBytes;

    /**
     * Counts a blob, and its messages where name and metadata tell all that is counted: those of a raw blob do, unless the
     * filter looks at more.
     *
     * @return whether the blob need not be read
     */
    boolean addByMetadata(BlobInfo blob, MessageFilter filter) {
        blobs++;
        storedBytes += blob.size();
        Optional<Manifest> manifest = Manifest.of(blob.metadata()).filter(found -> found.count() == 1);
        Optional<String> source = Manifest.source(blob.metadata());
        if (filter.looksAtMessages() || manifest.isEmpty() || source.isEmpty() || !RawFormat.isRaw(blob)) {
            return false;
        }
        add(source.get(), manifest.get().firstPublishTime(), blob.size());
        return true;
    }

    void add(Message message) {
        add(message.source(), message.publishTime(), message.payloadSize());
    }

    private void add(String source, Instant time, long payloadBytes) {
        sources.computeIfAbsent(source, name -> new Source(time)).add(time, payloadBytes);
    }

    ArchiveStatistics result(List<Finding> findings) {
        Map<String, ArchiveStatistics.SourceStatistics> all = new TreeMap<>();
        sources.forEach((name, source) -> all.put(
                name,
                new ArchiveStatistics.SourceStatistics(
                        source.messages,
                        source.bytes,
                        source.first,
                        source.last,
                        source.counts.step(),
                        source.counts.byStart())));
        return new ArchiveStatistics(blobs, storedBytes, all, findings);
    }
}
