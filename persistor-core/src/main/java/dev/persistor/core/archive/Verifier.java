package dev.persistor.core.archive;

import dev.persistor.core.format.RawFormat;
import dev.persistor.core.message.Message;
import dev.persistor.core.naming.QuarantineNaming;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads everything and finds what is wrong. Not thread-safe. */
final class Verifier {

    /** A partition of a log. */
    private record Partition(String source, String log, String name) implements Comparable<Partition> {
        private static final Comparator<Partition> ORDER = Comparator.comparing(Partition::source)
                .thenComparing(Partition::log)
                .thenComparing(Partition::name);

        @Override
        public int compareTo(Partition other) {
            return ORDER.compare(this, other);
        }
    }

    private final Archive archive;
    private final MessageFilter filter;
    private final Set<String> missing;
    private final DigestSet seen = new DigestSet();
    private final Map<Partition, OffsetRanges> offsets = new TreeMap<>();
    private final List<Verification.Duplicate> duplicates = new ArrayList<>();
    private long messages;
    private long duplicateCount;

    Verifier(Archive archive, MessageFilter filter, Collection<String> expectedIds) {
        this.archive = archive;
        this.filter = filter;
        this.missing = new LinkedHashSet<>(expectedIds);
    }

    Verification verify() {
        List<Damage> damages;
        long blobs;
        try (ArchiveReader reader = archive.read(filter, ReadOrder.NONE)) {
            reader.forEachRemaining(this::add);
            damages = reader.damages();
            blobs = reader.blobsRead();
        }
        List<BlobName> foreign = new ArrayList<>();
        long foreignCount = 0;
        try (Stream<BlobInfo> others = archive.everything(filter).filter(this::isForeign)) {
            for (BlobInfo blob : (Iterable<BlobInfo>) others::iterator) {
                foreignCount++;
                if (foreign.size() < Verification.MOST) {
                    foreign.add(blob.name());
                }
            }
        }
        return new Verification(
                blobs,
                messages,
                damages,
                List.copyOf(duplicates),
                duplicateCount,
                gaps(),
                foreign,
                foreignCount,
                archive.quarantined(),
                List.copyOf(missing));
    }

    private void add(ArchivedMessage archived) {
        messages++;
        Message message = archived.message();
        Identity identity = Identity.of(message);
        missing.remove(message.id());
        missing.remove(identity.id());
        if (!seen.add(identity.digest())) {
            duplicateCount++;
            if (duplicates.size() < Verification.MOST) {
                duplicates.add(new Verification.Duplicate(identity, archived.place()));
            }
        }
        message.position()
                .ifPresent(position -> offsets.computeIfAbsent(
                                new Partition(message.source(), position.log(), position.partition()),
                                any -> new OffsetRanges())
                        .add(position.offset()));
    }

    private List<Verification.Gap> gaps() {
        List<Verification.Gap> gaps = new ArrayList<>();
        offsets.forEach((partition, ranges) -> ranges.gaps()
                .forEach(gap -> gaps.add(
                        new Verification.Gap(partition.source, partition.log, partition.name, gap[0], gap[1]))));
        return gaps;
    }

    /** A sidecar belongs to its blob, also when a write that was interrupted left it alone. */
    private boolean isForeign(BlobInfo blob) {
        return !archive.formats().holdMessages(blob)
                && !RawFormat.isSidecar(blob)
                && !blob.name().value().startsWith(QuarantineNaming.FOLDER + "/");
    }
}
