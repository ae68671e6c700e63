package dev.persistor.core.compact;

import dev.persistor.core.archive.ArchiveReader;
import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.archive.Finding;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The hours of an archive, and those due for compaction, as the listings of the originals and of the notes tell. Blobs that do
 * not describe themselves are read, unless their folder's note says that they are compacted.
 *
 * <p>Not thread-safe while it is made; nothing in it changes afterwards.
 */
final class Plan {

    private final Job job;
    private final Listing listing;
    private final Map<Job.Choice, Long> choices = new EnumMap<>(Job.Choice.class);
    private final Set<SourceHour> due = new TreeSet<>();
    private final Set<SourceHour> doneEarlier = new HashSet<>();
    private final Map<String, Set<SourceHour>> dueGroups = new TreeMap<>();
    private final Map<SourceHour, List<Finding>> lost = new TreeMap<>();
    private List<Finding> findings = List.of();

    private Plan(Job job) {
        this.job = job;
        this.listing = new Listing(job.archive());
    }

    /**
     * Lists the originals and the notes.
     *
     * @throws dev.persistor.core.store.BlobStoreException if a store fails
     */
    static Plan of(Job job) {
        Plan plan = new Plan(job);
        plan.list();
        Set<String> noted = CompactedNotes.noted(job.target(), job.filter().range());
        plan.readDueGroups(noted);
        plan.choose(noted);
        return plan;
    }

    private void list() {
        try (Stream<BlobInfo> blobs = job.archive().blobs(job.filter())) {
            blobs.forEach(blob -> {
                job.requireGoing();
                listing.add(blob);
            });
        }
        for (BlobInfo blob : job.archive().withoutContent(job.filter())) {
            Listing.hoursOf(blob)
                    .forEach(hour ->
                            lost.computeIfAbsent(hour, any -> new ArrayList<>()).add(Finding.ofLostContent(blob)));
        }
    }

    private void readDueGroups(Set<String> noted) {
        for (String folder : listing.folders()) {
            Blob note = CompactedNotes.of(folder, listing.group(folder));
            if (!noted.contains(note.name().value())) {
                dueGroups.put(folder, new TreeSet<>());
            }
        }
        if (dueGroups.isEmpty()) {
            return;
        }
        Stream<BlobInfo> blobs = job.archive()
                .blobs(job.filter())
                .filter(blob -> Listing.hoursOf(blob).isEmpty()
                        && dueGroups.containsKey(blob.name().folder()));
        // Without the filter: a blob is compacted when all of its messages are, also those of hours that are not asked
        // for.
        try (ArchiveReader reader = job.archive().read(blobs, MessageFilter.ALL)) {
            while (reader.hasNext()) {
                job.requireGoing();
                addRead(reader.next());
            }
            findings = reader.findings();
        }
    }

    private void addRead(ArchivedMessage archived) {
        SourceHour hour = SourceHour.of(archived.message());
        String folder = archived.blob().folder();
        listing.originals(hour).addRead(archived.blob());
        dueGroups.computeIfAbsent(folder, any -> new TreeSet<>()).add(hour);
    }

    private void choose(Set<String> noted) {
        listing.hours().forEach((hour, originals) -> {
            Job.Choice choice = job.choice(hour);
            choices.merge(choice, 1L, Long::sum);
            if (choice == Job.Choice.TAKEN) {
                boolean isDue = !originals.read().isEmpty()
                        || !noted.contains(
                                CompactedNotes.of(hour, originals).name().value());
                (isDue ? due : doneEarlier).add(hour);
            }
        });
    }

    /** Returns all that was listed. */
    Listing listing() {
        return listing;
    }

    /** Returns how many hours were found that this is chosen for. */
    long count(Job.Choice choice) {
        return choices.getOrDefault(choice, 0L);
    }

    /** Returns the hours to compact, in their order. */
    Set<SourceHour> due() {
        return due;
    }

    /** Returns the hours that an earlier run compacted, and that have the same originals as then. */
    Set<SourceHour> doneEarlier() {
        return doneEarlier;
    }

    /** Returns the folders whose blobs had to be read to find out the hours, and the hours that were found. */
    Map<String, Set<SourceHour>> dueGroups() {
        return dueGroups;
    }

    /** Returns about how many batches the originals of an hour make. */
    long batches(Originals originals) {
        long byMessages = (originals.messages() + job.batchMessages() - 1) / job.batchMessages();
        return Math.max(1, Math.max(byMessages, originals.bytes() / job.batchBytes()));
    }

    /** Returns what could not be read of the blobs that do not describe themselves. */
    List<Finding> findings() {
        return findings;
    }

    /** Returns the blobs of an hour whose content the store has lost. */
    List<Finding> lost(SourceHour hour) {
        return lost.getOrDefault(hour, List.of());
    }
}
