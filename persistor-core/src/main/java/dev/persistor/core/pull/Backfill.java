package dev.persistor.core.pull;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.ArchivedOffsets;
import dev.persistor.core.archive.OffsetRange;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.capture.PartitionWriter;
import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.write.LostOffsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what an archive lacks of a log from the broker, while that still keeps it, and nothing else. Messages archived at the same
 * time is found, and not written again.
 *
 * <p>Not thread-safe.
 */
public final class Backfill {

    private static final Logger LOG = LoggerFactory.getLogger(Backfill.class);

    private static final Duration QUESTION = Duration.ofSeconds(5);
    /** After this number of polls without a result, the offsets do not exist. */
    private static final int QUESTIONS = 3;

    /** The progress of a backfill is not noted: the archive shows it. */
    private static final LogBroker<Long> NOBODY = deliveries -> {};

    private final Capture capture;
    private final LogReader log;

    /** Fills the capture's store; both stay their opener's to close. */
    public Backfill(Capture capture, LogReader log) {
        this.capture = capture;
        this.log = log;
    }

    /**
     * What the archive lacks of one partition.
     *
     * @param kept the offsets that the broker keeps
     * @param missing those of them that are not in the archive, in order
     * @param lost the offsets before them that are not in the archive, from the first offset in the archive on: the broker
     *     does not have them any more
     */
    public record MissingOffsets(OffsetRange kept, List<OffsetRange> missing, List<OffsetRange> lost) {

        /** Copies the lists. */
        public MissingOffsets {
            missing = List.copyOf(missing);
            lost = List.copyOf(lost);
        }

        /** Returns how many offsets are missing. */
        public long size() {
            return missing.stream().mapToLong(OffsetRange::size).sum();
        }
    }

    /**
     * Compares the archive with what the broker keeps.
     *
     * @throws PullException if the broker gives no answer
     * @throws dev.persistor.core.store.BlobStoreException if the store cannot be read
     */
    public Map<LogReader.Partition, MissingOffsets> plan() {
        Archive archive = Archive.on(capture.store())
                .naming(capture.settings().get(PersistorSettings.PATH))
                .build();
        Map<String, ArchivedOffsets> archived = new HashMap<>();
        Map<LogReader.Partition, MissingOffsets> lacks = new TreeMap<>(Comparator.comparing(LogReader.Partition::source)
                .thenComparing(LogReader.Partition::log)
                .thenComparing(LogReader.Partition::name));
        log.kept().forEach((partition, kept) -> {
            ArchivedOffsets there =
                    archived.computeIfAbsent(partition.source(), source -> archive.offsets(source, log.begun()));
            lacks.put(
                    partition,
                    new MissingOffsets(
                            kept,
                            there.missing(partition.log(), partition.name(), kept),
                            lost(there, partition, kept)));
        });
        return lacks;
    }

    private static List<OffsetRange> lost(ArchivedOffsets there, LogReader.Partition partition, OffsetRange kept) {
        OptionalLong first = there.first(partition.log(), partition.name());
        return first.isPresent() && first.getAsLong() < kept.first()
                ? there.missing(partition.log(), partition.name(), new OffsetRange(first.getAsLong(), kept.first() - 1))
                : List.of();
    }

    /**
     * Archives what is missing.
     *
     * @param limits what bounds the run; its idle time does not count
     * @throws Error if an {@link Error} on any thread ended the run
     */
    public PullReport fill(Map<LogReader.Partition, MissingOffsets> lacks, PullLimits limits) {
        try (PartitionWriter logs = capture.partitions(Duration.ZERO)) {
            PullRun<Long> run = PullRun.of(capture, limits, NOBODY).logs(logs).start();
            try {
                lacks.forEach((partition, lack) -> {
                    lack.lost().forEach(range -> sayLost(logs, partition, range));
                    lack.missing().forEach(range -> fill(run, logs, partition, range));
                });
                run.end();
            } catch (PullException e) {
                run.troubled(new PullException(String.valueOf(e.getMessage()), false, e));
            }
            PullReport report = run.finish();
            run.error().ifPresent(error -> {
                throw error;
            });
            return report;
        }
    }

    private static void sayLost(PartitionWriter logs, LogReader.Partition partition, OffsetRange range) {
        logs.lost(new LostOffsets(
                partition.source(),
                partition.log(),
                partition.name(),
                range.first(),
                range.last(),
                "They are not in the archive, and the broker has deleted them"));
    }

    private void fill(PullRun<Long> run, PartitionWriter logs, LogReader.Partition partition, OffsetRange range) {
        long next = range.first();
        int unanswered = 0;
        while (next <= range.last() && run.awaitRoom() > 0) {
            LogReader.Read read = log.read(partition, next, range.last(), QUESTION);
            // A reader from a position also receives messages after the range.
            Stream<Received<Long>> wanted = read.messages().stream()
                    .filter(pulled -> range.first() <= pulled.delivery() && pulled.delivery() <= range.last());
            run.takeAll(wanted.toList());
            read.lost().forEach(lost -> sayLost(logs, partition, lost));
            unanswered = read.next() > next ? 0 : unanswered + 1;
            next = Math.max(next, read.next());
            if (unanswered == QUESTIONS) {
                LOG.warn(
                        "Offsets {} to {} of partition {} of {} were not delivered; they may not be messages",
                        next,
                        range.last(),
                        partition.name(),
                        partition.source());
                return;
            }
        }
    }
}
