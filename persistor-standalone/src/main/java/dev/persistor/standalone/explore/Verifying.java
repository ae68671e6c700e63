package dev.persistor.standalone.explore;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.Finding;
import dev.persistor.core.archive.Verification;
import dev.persistor.core.format.Manifest;
import dev.persistor.core.message.PositionRange;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobMetadata;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/verify}: reads everything of a window, and tells what is damaged or missing and about when.
 *
 * <p>Not thread-safe.
 */
final class Verifying implements Scan.Work {

    private static final int MOST = 1_000;

    private final Archive archive;
    private final Query query;
    /** Between which times a gap lies, by the gap: from metadata, as far as that tells. */
    private final Map<Verification.Gap, Instant[]> times = new HashMap<>();

    /**
     * Makes the work.
     *
     * @param archive of which the scan is told what is read
     */
    Verifying(Archive archive, Query query) {
        this.archive = archive;
        this.query = query;
    }

    @Override
    public Scan.End run(Scan scan) throws IOException, InterruptedException {
        Verification found = archive.verify(query.filter(), List.of());
        List<Verification.Gap> gaps = found.gaps().stream().limit(MOST).toList();
        if (!gaps.isEmpty()) {
            findTimes(gaps);
        }
        scan.send(json -> write(json, found, gaps));
        return Scan.End.DONE;
    }

    /** Looks for the last message before each gap and the first one behind it. */
    private void findTimes(List<Verification.Gap> gaps) {
        Map<Verification.Gap, long[]> nearest = new HashMap<>();
        try (Stream<BlobInfo> blobs = archive.blobs(query.filter())) {
            blobs.forEach(blob -> Manifest.positions(blob.metadata())
                    .ifPresent(range -> gaps.forEach(gap -> look(gap, range, blob, nearest))));
        }
    }

    private void look(Verification.Gap gap, PositionRange range, BlobInfo blob, Map<Verification.Gap, long[]> nearest) {
        if (!gap.log().equals(range.log()) || !gap.partition().equals(range.partition())) {
            return;
        }
        Manifest manifest = Manifest.of(blob.metadata()).orElse(null);
        if (manifest == null) {
            return;
        }
        long[] offsets = nearest.computeIfAbsent(gap, unused -> new long[] {-1, Long.MAX_VALUE});
        Instant[] between = times.computeIfAbsent(gap, unused -> new Instant[2]);
        if (range.last() < gap.first() && range.last() > offsets[0]) {
            offsets[0] = range.last();
            between[0] = manifest.lastPublishTime();
        }
        if (range.first() > gap.last() && range.first() < offsets[1]) {
            offsets[1] = range.first();
            between[1] = manifest.firstPublishTime();
        }
    }

    private void write(JsonGenerator json, Verification found, List<Verification.Gap> gaps) throws IOException {
        json.writeObjectFieldStart("verification");
        json.writeNumberField("blobs", found.blobs());
        json.writeNumberField("messages", found.messages());
        json.writeBooleanField("good", found.isGood() && found.isReadable());
        json.writeNumberField("duplicates", found.duplicateCount());
        json.writeNumberField("sameId", found.sameIdCount());
        json.writeNumberField("foreign", found.foreignCount());
        json.writeNumberField("quarantined", found.quarantined());
        json.writeNumberField("sources", found.sources().size());
        json.writeNumberField("sourcesCompared", found.sourcesCompared());
        json.writeNumberField("findingsTotal", found.findings().size());
        json.writeArrayFieldStart("findings");
        for (Finding finding : found.findings().stream().limit(MOST).toList()) {
            write(json, finding);
        }
        json.writeEndArray();
        json.writeNumberField("gapsTotal", found.gaps().size());
        json.writeArrayFieldStart("gaps");
        for (Verification.Gap gap : gaps) {
            write(json, gap, times.getOrDefault(gap, new Instant[2]));
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Finding finding) throws IOException {
        json.writeStartObject();
        json.writeStringField("kind", finding.kind().name().toLowerCase(Locale.ROOT));
        json.writeStringField("blob", finding.blob().value());
        json.writeStringField("reason", finding.reason());
        BlobMetadata metadata = finding.described().metadata();
        Optional<Manifest> manifest = Manifest.of(metadata);
        if (manifest.isPresent()) {
            json.writeStringField("first", manifest.get().firstPublishTime().toString());
            json.writeStringField("last", manifest.get().lastPublishTime().toString());
        }
        Optional<String> name = Manifest.source(metadata);
        if (name.isPresent()) {
            json.writeStringField("source", name.get());
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Verification.Gap gap, @Nullable Instant[] between)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("source", gap.source());
        json.writeStringField("log", gap.log());
        json.writeStringField("partition", gap.partition());
        json.writeStringField("firstOffset", Long.toString(gap.first()));
        json.writeStringField("lastOffset", Long.toString(gap.last()));
        if (between[0] != null) {
            json.writeStringField("after", between[0].toString());
        }
        if (between[1] != null) {
            json.writeStringField("before", between[1].toString());
        }
        json.writeEndObject();
    }
}
