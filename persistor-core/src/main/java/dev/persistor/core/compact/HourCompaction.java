package dev.persistor.core.compact;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.ArchiveReader;
import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.archive.ExactCopies;
import dev.persistor.core.archive.Finding;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.write.Persistor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Compacts one hour: reads what the target has of it, reads the originals, writes what the target does not have, and reads back what
 * was written.
 *
 * <p>Not thread-safe; each hour has its own.
 */
final class HourCompaction {

    private final Job job;
    private final Archive target;
    private final Persistor persistor;
    private final SourceHour hour;
    private final Originals originals;
    private final List<String> failures = new ArrayList<>();
    private long messages;
    private long copies;
    private long stored;

    /**
     * Makes the compaction of an hour.
     *
     * @param target reads the target
     * @param persistor writes to it
     */
    HourCompaction(Job job, Archive target, Persistor persistor, SourceHour hour, Originals originals) {
        this.job = job;
        this.target = target;
        this.persistor = persistor;
        this.hour = hour;
        this.originals = originals;
    }

    /**
     * Compacts the hour, and notes it in the target if nothing is amiss.
     *
     * @throws RuntimeException if a store fails
     */
    HourResult compact(List<Finding> lost) {
        WritingOrder order = new WritingOrder(job.naming(), job.target().limits());
        BatchWriter writer = new BatchWriter(job, persistor, order);
        List<Finding> findings = new ArrayList<>(lost);
        try (ExactCopies known = new ExactCopies()) {
            addStored(known);
            Listing seen = new Listing(job.archive());
            try (ArchiveReader reader = job.archive().read(blobs(seen), job.filterOf(hour), order)) {
                while (reader.hasNext()) {
                    job.requireGoing();
                    take(reader.next(), known, writer);
                }
                writer.end();
                findings.addAll(reader.findings());
            }
            requireAll(seen);
        }
        long bytes = readBack(writer.written());
        failures.addAll(writer.failures());
        HourResult result = new HourResult(
                new HourResult.Counts(
                        messages,
                        copies,
                        stored,
                        writer.messages(),
                        writer.written().size(),
                        bytes),
                findings,
                failures);
        if (result.isComplete() && originals.listing().count() > 0) {
            job.target().put(CompactedNotes.of(hour, originals));
        }
        return result;
    }

    private void addStored(ExactCopies known) {
        try (ArchiveReader reader = target.read(target.blobs(job.filterOf(hour)), job.filterOf(hour))) {
            while (reader.hasNext()) {
                job.requireGoing();
                known.addStored(reader.next().message());
            }
            addTargetFindings(reader.findings());
        }
    }

    private void take(ArchivedMessage archived, ExactCopies known, BatchWriter writer) {
        messages++;
        switch (known.add(archived.message())) {
            case NEW -> writer.add(archived.message());
            case COPY -> copies++;
            case STORED -> stored++;
        }
    }

    private Stream<BlobInfo> blobs(Listing seen) {
        Stream<BlobInfo> read = originals.read().stream().flatMap(this::find);
        if (originals.listing().count() == 0) {
            return read;
        }
        Stream<BlobInfo> listed = job.archive()
                .blobs(job.filterOf(hour))
                .filter(blob -> seen.add(blob) && !Listing.hoursOf(blob).isEmpty());
        return Stream.concat(listed, read);
    }

    private Stream<BlobInfo> find(BlobName name) {
        Optional<BlobInfo> found = job.originals().find(name);
        if (found.isEmpty()) {
            failures.add("the original " + name + " was deleted after it was listed; compact the hour again");
        }
        return found.stream();
    }

    /** The listing of a single hour looks where the template has that hour. Blobs that another template named are elsewhere. */
    private void requireAll(Listing seen) {
        DigestSum found = seen.originals(hour).listing();
        if (!found.isSameAs(originals.listing())) {
            failures.add("the listing of the hour differs from the earlier listing: "
                    + found.count() + " and " + originals.listing().count()
                    + " blobs; originals were added or deleted, or the path template does not match them. Compact the"
                    + " hour again, with every path template of the archive, or with --any-names");
        }
    }

    /** Compares what the target gives with what was written, and returns how many bytes it has. */
    private long readBack(Map<BlobName, DigestSum> written) {
        List<BlobInfo> blobs = new ArrayList<>();
        Map<BlobName, DigestSum> found = new HashMap<>();
        written.keySet().forEach(name -> job.target().find(name).ifPresent(blobs::add));
        try (ArchiveReader reader = target.read(blobs.stream(), MessageFilter.ALL)) {
            while (reader.hasNext()) {
                ArchivedMessage archived = reader.next();
                found.computeIfAbsent(archived.blob(), any -> new DigestSum())
                        .add(WritingOrder.wholeDigest(archived.message()));
            }
            addTargetFindings(reader.findings());
        }
        written.forEach((name, expected) -> {
            DigestSum given = found.getOrDefault(name, new DigestSum());
            if (!given.isSameAs(expected)) {
                failures.add("the target's blob " + name + " does not hold what was written to it: "
                        + given.count() + " of " + expected.count()
                        + " messages were read back, or some of them differ; remove the blob and"
                        + " compact the hour again");
            }
        });
        return blobs.stream().mapToLong(BlobInfo::size).sum();
    }

    private void addTargetFindings(List<Finding> findings) {
        findings.stream()
                .filter(Finding::hidesMessages)
                .forEach(finding -> failures.add("the target's blob " + finding.blob() + " could not be read: "
                        + finding.reason() + "; repair or remove the blob and compact the hour again"));
    }
}
