package dev.persistor.core.archive;

import dev.persistor.core.format.Manifest;
import dev.persistor.core.format.RawFormat;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.TimeRange;
import dev.persistor.core.naming.QuarantineNaming;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
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
    private final RepeatedMessages repeated = RepeatedMessages.named();
    private final Map<Partition, OffsetRanges> offsets = new TreeMap<>();
    private final SortedMap<String, Verification.Source> sources = new TreeMap<>();
    private final int expected;
    private long messages;
    private long withoutPartition;

    Verifier(Archive archive, MessageFilter filter, Collection<String> expectedIds) {
        this.archive = archive;
        this.filter = filter;
        this.missing = new LinkedHashSet<>(expectedIds);
        this.expected = missing.size();
    }

    Verification verify() {
        try (repeated) {
            return readAll();
        }
    }

    private Verification readAll() {
        List<Finding> findings;
        long blobs;
        MessageFilter ofAllShards = filter.ofAllShards();
        try (ArchiveReader reader = archive.read(archive.blobs(filter), ofAllShards)) {
            reader.forEachRemaining(this::add);
            findings = new ArrayList<>(reader.findings());
            blobs = reader.blobsRead();
        }
        List<BlobName> foreign = new ArrayList<>();
        long foreignCount = 0;
        try (Stream<BlobInfo> all = archive.everything(ofAllShards)) {
            for (BlobInfo blob : (Iterable<BlobInfo>) all::iterator) {
                repeated.listed(blob.name());
                if (!filter.mayBeIn(blob)) {
                    RawFormat.described(blob).ifPresent(this::addOfOtherShard);
                }
                foreignCount += isForeign(blob) ? 1 : 0;
                if (isForeign(blob) && foreign.size() < Verification.MOST) {
                    foreign.add(blob.name());
                }
            }
        }
        archive.withoutContent(filter).stream()
                .filter(blob -> !isElsewhere(blob))
                .map(Finding::ofLostContent)
                .forEach(findings::add);
        return new Verification(
                blobs,
                messages,
                List.copyOf(findings),
                repeated.copies(),
                repeated.copyCount(),
                repeated.sameId(),
                repeated.sameIdCount(),
                filter.looksAtMessages() ? List.of() : gaps(),
                !filter.looksAtMessages(),
                Collections.unmodifiableSortedMap(sources),
                withoutPartition,
                foreign,
                foreignCount,
                archive.quarantined(),
                expected,
                List.copyOf(missing));
    }

    /** Tells whether the offsets of a blob are in other blobs: its writer died, and the broker delivered the messages again. */
    private boolean isElsewhere(BlobInfo blob) {
        return Manifest.positions(blob.metadata())
                .flatMap(range -> Manifest.source(blob.metadata())
                        .map(source -> offsets.get(new Partition(source, range.log(), range.partition())))
                        .map(ranges -> ranges.missing(new OffsetRange(range.first(), range.last()))
                                .isEmpty()))
                .orElse(false);
    }

    private void add(ArchivedMessage archived) {
        Message message = archived.message();
        if (filter.shard().filter(shard -> !shard.has(message)).isPresent()) {
            addOfOtherShard(message);
            return;
        }
        messages++;
        MessageKey key = MessageKey.of(message);
        repeated.add(key, archived);
        missing.remove(message.id());
        if (key.isReplayed()) {
            missing.remove(key.identity().id());
        }
        sources.merge(
                message.source(),
                new Verification.Source(1, message.position().isPresent() ? 1 : 0),
                (left, right) -> new Verification.Source(
                        left.messages() + right.messages(), left.withOffset() + right.withOffset()));
        if (message.position().isEmpty()
                && message.brokerProperties().first(BrokerProperties.OFFSET).isPresent()) {
            withoutPartition++;
        }
        addOffset(message);
    }

    /** It is there, which is all that this shard says of it: whether it is whole, its own shard finds out. */
    private void addOfOtherShard(Message message) {
        missing.remove(message.id());
        missing.remove(Identity.of(message).id());
        addOffset(message);
    }

    private void addOffset(Message message) {
        message.position().ifPresent(position -> {
            OffsetRange found = PassedOffsets.upTo(message, position);
            offsets.computeIfAbsent(
                            new Partition(message.source(), position.log(), position.partition()),
                            any -> new OffsetRanges())
                    .add(found.first(), found.last());
        });
    }

    private List<Verification.Gap> gaps() {
        List<Verification.Gap> gaps = gapsOfWhatWasRead();
        boolean leavesOut =
                !filter.range().equals(TimeRange.ALL) || !filter.prefix().isEmpty();
        if (gaps.isEmpty() || !leavesOut) {
            return gaps;
        }
        gaps.stream().map(Verification.Gap::source).distinct().toList().forEach(name -> addBeyondFilter(name, gaps));
        return gapsOfWhatWasRead().stream()
                .filter(gap -> gaps.stream().anyMatch(gap::isIn))
                .toList();
    }

    /** Publish times need not be in the order of offsets, so what fills a gap may be outside of the range of times. */
    private void addBeyondFilter(String source, List<Verification.Gap> gaps) {
        MessageFilter all = MessageFilter.builder().source(source).build();
        try (ArchiveReader reader = archive.read(archive.blobs(all).filter(blob -> mayFill(blob, source, gaps)), all)) {
            reader.forEachRemaining(archived -> addOffset(archived.message()));
        }
    }

    private static boolean mayFill(BlobInfo blob, String source, List<Verification.Gap> gaps) {
        return Manifest.positions(blob.metadata())
                .map(range -> gaps.stream().anyMatch(gap -> gap.source().equals(source) && gap.touches(range)))
                .orElse(true);
    }

    private List<Verification.Gap> gapsOfWhatWasRead() {
        List<Verification.Gap> gaps = new ArrayList<>();
        offsets.forEach((partition, ranges) -> ranges.gaps()
                .forEach(gap -> gaps.add(
                        new Verification.Gap(partition.source, partition.log, partition.name, gap[0], gap[1]))));
        return gaps;
    }

    /** A sidecar belongs to its blob, also when a write that was interrupted left it alone. */
    private boolean isForeign(BlobInfo blob) {
        if (blob.name().isForeign()) {
            return true;
        }
        return !archive.formats().holdMessages(blob)
                && !RawFormat.isSidecar(blob)
                && !blob.name().value().startsWith(QuarantineNaming.FOLDER + "/");
    }
}
