package dev.persistor.standalone.explore;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.persistor.core.archive.Archive;
import dev.persistor.core.format.Manifest;
import dev.persistor.core.store.BlobInfo;
import java.io.IOException;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * {@code /api/overview}: each source with its counts and its timeline, from names and metadata. No blob is opened.
 *
 * <p>Not thread-safe.
 */
final class Overview implements Scan.Work {

    private static final class Source {
        private final Timeline timeline = new Timeline();
        private long blobs;
        private long messages;
        private long bytes;
        private Instant first = Instant.MAX;
        private Instant last = Instant.MIN;

        void add(Manifest manifest, long size) {
            blobs++;
            messages += manifest.count();
            bytes += size;
            first = manifest.firstPublishTime().isBefore(first) ? manifest.firstPublishTime() : first;
            last = manifest.lastPublishTime().isAfter(last) ? manifest.lastPublishTime() : last;
            timeline.add(manifest.firstPublishTime(), manifest.lastPublishTime(), manifest.count(), size);
        }
    }

    private final Archive archive;
    private final Query query;
    private final Map<String, Source> sources = new TreeMap<>();
    private long unreadBlobs;
    private long unreadBytes;
    private long lost;

    /**
     * Makes the work.
     *
     * @param archive of which the scan is told what is listed
     */
    Overview(Archive archive, Query query) {
        this.archive = archive;
        this.query = query;
    }

    @Override
    public Scan.End run(Scan scan) throws IOException, InterruptedException {
        boolean isComplete = addAll(scan);
        scan.send(this::write);
        return isComplete ? Scan.End.DONE : Scan.End.time(Optional.empty());
    }

    private boolean addAll(Scan scan) throws IOException, InterruptedException {
        try (Stream<BlobInfo> blobs = archive.blobs(query.filter())) {
            for (Iterator<BlobInfo> each = blobs.iterator(); each.hasNext(); ) {
                add(each.next());
                scan.show(this::write);
                if (scan.isOver()) {
                    return false;
                }
            }
        }
        return true;
    }

    private void add(BlobInfo blob) {
        if (blob.problem().isPresent()) {
            lost++;
            return;
        }
        Optional<Manifest> manifest = Manifest.of(blob.metadata());
        Optional<String> name = Manifest.source(blob.metadata());
        if (manifest.isEmpty() || name.isEmpty()) {
            unreadBlobs++;
            unreadBytes += blob.size();
            return;
        }
        sources.computeIfAbsent(name.get(), unused -> new Source()).add(manifest.get(), blob.size());
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("overview");
        json.writeArrayFieldStart("sources");
        for (Map.Entry<String, Source> source : sources.entrySet()) {
            write(json, source.getKey(), source.getValue());
        }
        json.writeEndArray();
        // Their metadata has no source or no time.
        json.writeNumberField("unreadBlobs", unreadBlobs);
        json.writeNumberField("unreadBytes", unreadBytes);
        json.writeNumberField("damagedBlobs", lost);
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String name, Source source) throws IOException {
        json.writeStartObject();
        json.writeStringField("source", name);
        json.writeNumberField("blobs", source.blobs);
        json.writeNumberField("messages", source.messages);
        json.writeNumberField("bytes", source.bytes);
        json.writeStringField("first", source.first.toString());
        json.writeStringField("last", source.last.toString());
        source.timeline.write(json);
        json.writeEndObject();
    }
}
