package dev.persistor.core.compact;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageFormat;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.write.StoreNotes;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Merges the single messages and small batches of an archive into batches in another store, hour by hour: everything that a message has
 * is kept, and the originals are never touched.
 *
 * <p>An hour of a source is read, written, read back and compared. Only then it is noted in the target that the hour is done, and a later
 * run leaves it out as long as the listing of its originals is the same. Messages that the target has are not written again, so a run
 * may end at any moment, and the next one goes on; so does one that finds messages that came late.
 *
 * <pre>{@code
 * CompactionReport report = Compaction.of(originals, Archive.on(originals).build(), MessageFilter.ALL)
 *         .endedBefore(Instant.parse("2026-09-30T00:00:00Z"))
 *         .to(target)
 *         .run();
 * }</pre>
 *
 * <p>Memory is bounded, whatever an hour holds: by what the archive sorts and reads at a time, some 100 bytes of the heap or of a
 * temporary file for each message of the hours under way, and about 300 bytes for each hour of each source that is found.
 *
 * <p>Thread-safe.
 */
public final class Compaction {

    /** The default maximum number of messages in a batch. */
    public static final int DEFAULT_BATCH_MESSAGES = 10_000;

    /** After how many bytes a batch ends, unless told otherwise: 8 MiB. */
    public static final long DEFAULT_BATCH_BYTES = 8L << 20;

    /** The default number of hours compacted at the same time. */
    public static final int DEFAULT_HOURS_AT_A_TIME = 2;

    private final Job job;

    private Compaction(Job job) {
        this.job = job;
    }

    /**
     * Returns a builder.
     *
     * @param originals where the archive is; never written to. The caller closes it
     * @param archive reads it
     * @param filter which hours are compacted: a range of times, sources and a shard. A shard has whole hours of a source here
     * @throws IllegalArgumentException if the filter asks for ids, attributes or exclusions: an hour is compacted whole
     */
    public static Builder of(BlobStore originals, Archive archive, MessageFilter filter) {
        return new Builder(originals, archive, filter);
    }

    /**
     * Lists what is to be compacted, and writes nothing.
     *
     * @throws BlobStoreException if a store cannot be listed
     * @throws CancellationException if it is told to stop
     */
    public CompactionReport plan() {
        return new Tally(Plan.of(job.withNotedTemplates())).report(List.of());
    }

    /**
     * Compacts. When a store fails, the hours under way fail and no others are begun; a later run goes on.
     *
     * @return what became of the hours, when all that are due have ended
     * @throws BlobStoreException if a store cannot be listed
     * @throws CancellationException if it is told to stop before the first hour is begun
     * @throws InterruptedException if the thread is interrupted; hours under way end without being noted
     */
    public CompactionReport run() throws InterruptedException {
        return run(job.withNotedTemplates());
    }

    private static CompactionReport run(Job job) throws InterruptedException {
        Plan plan = Plan.of(job);
        Tally tally = new Tally(plan);
        job.listener()
                .planned(
                        plan.due().size(),
                        plan.due().stream()
                                .mapToLong(hour ->
                                        plan.listing().originals(hour).listing().count())
                                .sum());
        if (!plan.due().isEmpty()) {
            job.target().put(StoreNotes.template(job.naming()));
            new HoursAtATime(job, plan, tally).compact();
        }
        Set<String> groups = completeGroups(job, plan, tally);
        List<String> expirable =
                tally.isStopped() ? List.of() : new ExpirablePrefixes(job, plan, tally.complete(), groups).find();
        return tally.report(expirable);
    }

    /** Notes the folders of which all blobs that do not describe themselves are compacted, and returns them with those noted earlier. */
    private static Set<String> completeGroups(Job job, Plan plan, Tally tally) {
        Set<String> complete = new TreeSet<>(plan.listing().folders());
        tally.findings().forEach(finding -> complete.remove(finding.blob().folder()));
        Set<SourceHour> hours = tally.complete();
        plan.dueGroups().forEach((folder, found) -> {
            if (!hours.containsAll(found)) {
                complete.remove(folder);
            } else if (complete.contains(folder)) {
                job.target().put(CompactedNotes.of(folder, plan.listing().group(folder)));
            }
        });
        return complete;
    }

    /** Collects what is compacted, and how. Not thread-safe. */
    public static final class Builder {

        private final BlobStore originals;
        private final Archive archive;
        private final MessageFilter filter;
        private PathTemplate naming = PathTemplate.DEFAULT;
        private MessageFormat format = MessageFormats.named("jsonl", Compression.GZIP);
        private int batchMessages = DEFAULT_BATCH_MESSAGES;
        private long batchBytes = DEFAULT_BATCH_BYTES;
        private int hoursAtATime = DEFAULT_HOURS_AT_A_TIME;
        private Instant endedBefore = Instant.MAX;
        private BooleanSupplier stop = () -> false;
        private CompactionListener listener = CompactionListener.NONE;

        private Builder(BlobStore originals, Archive archive, MessageFilter filter) {
            this.originals = Objects.requireNonNull(originals, "originals");
            this.archive = Objects.requireNonNull(archive, "archive");
            this.filter = Objects.requireNonNull(filter, "filter");
            if (filter.looksAtMessages()) {
                throw new IllegalArgumentException(
                        "a compaction cannot filter by id, ordering key, attribute or exclusion, because an hour is"
                                + " compacted whole; the filter is: "
                                + filter);
            }
        }

        /** Sets how the batches are named. Default: {@link PathTemplate#DEFAULT}. */
        public Builder naming(PathTemplate naming) {
            this.naming = Objects.requireNonNull(naming, "naming");
            return this;
        }

        /**
         * Sets how the batches are encoded. Default: jsonl, compressed by gzip.
         *
         * @throws IllegalArgumentException if the format holds one message a blob
         */
        public Builder format(MessageFormat format) {
            if (!format.holdsBatches()) {
                throw new IllegalArgumentException("the format " + format.name()
                        + " holds one message a blob; a compaction writes batches, as jsonl or avro");
            }
            this.format = format;
            return this;
        }

        /**
         * Sets how many messages a batch has at most. Default: {@value Compaction#DEFAULT_BATCH_MESSAGES}.
         *
         * @throws IllegalArgumentException if it is under 1
         */
        public Builder batchMessages(int messages) {
            requirePositive("messages of a batch", messages);
            this.batchMessages = messages;
            return this;
        }

        /**
         * Sets after how many bytes of messages, before compression, a batch ends; a message of as many is alone in its batch. Default:
         * 8 MiB.
         *
         * @throws IllegalArgumentException if it is under 1
         */
        public Builder batchBytes(long bytes) {
            requirePositive("bytes of a batch", bytes);
            this.batchBytes = bytes;
            return this;
        }

        /**
         * Sets how many hours are compacted at a time. They share what the archive may read and sort at a time. Default:
         * {@value Compaction#DEFAULT_HOURS_AT_A_TIME}.
         *
         * @throws IllegalArgumentException if it is under 1
         */
        public Builder hoursAtATime(int hours) {
            requirePositive("hours at a time", hours);
            this.hoursAtATime = hours;
            return this;
        }

        private static void requirePositive(String what, long number) {
            if (number < 1) {
                throw new IllegalArgumentException("the number of " + what + " must be 1 or more, and is " + number);
            }
        }

        /** Sets that only hours are compacted that ended then or before. Default: all. */
        public Builder endedBefore(Instant time) {
            this.endedBefore = Objects.requireNonNull(time, "time");
            return this;
        }

        /** Sets what tells whether to stop. Default: nothing. */
        public Builder stopWhen(BooleanSupplier stop) {
            this.stop = Objects.requireNonNull(stop, "stop");
            return this;
        }

        /** Sets what is told of the progress. Default: nothing. */
        public Builder listener(CompactionListener listener) {
            this.listener = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /**
         * Returns the compaction; nothing is read yet.
         *
         * @param target where the batches go; the caller closes it
         * @throws IllegalArgumentException if one of the stores is in the other: then batches would be originals in the next run
         */
        public Compaction to(BlobStore target) {
            requireApart(originals.toString(), target.toString());
            Archive bounded = archive.toBuilder().sharedBy(hoursAtATime).build();
            return new Compaction(new Job(
                    originals,
                    bounded,
                    filter.ofAllShards(),
                    filter.shard(),
                    target,
                    naming,
                    format,
                    batchMessages,
                    batchBytes,
                    endedBefore,
                    hoursAtATime,
                    stop,
                    listener));
        }

        private static void requireApart(String from, String to) {
            String one = from.endsWith("/") ? from : from + "/";
            String other = to.endsWith("/") ? to : to + "/";
            if (one.startsWith(other) || other.startsWith(one)) {
                throw new IllegalArgumentException((one.equals(other)
                                ? "the target is the archive itself: " + from
                                : "the target " + to + " and the archive " + from + " contain each other")
                        + "; use another bucket or container, or a folder outside the archive");
            }
        }
    }
}
