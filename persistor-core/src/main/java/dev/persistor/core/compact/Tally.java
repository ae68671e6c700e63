package dev.persistor.core.compact;

import dev.persistor.core.archive.Finding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Adds up what became of the hours.
 *
 * <p>Thread-safe.
 */
final class Tally {

    private final Plan plan;
    private final Set<SourceHour> complete = new HashSet<>();
    private final Set<Finding> findings;
    private final SortedMap<SourceHour, List<String>> failures = new TreeMap<>();
    private HourResult.Counts counts = HourResult.Counts.NONE;
    private boolean stopped;

    Tally(Plan plan) {
        this.plan = plan;
        this.findings = new LinkedHashSet<>(plan.findings());
    }

    synchronized void add(SourceHour hour, HourResult result) {
        counts = counts.plus(result.counts());
        findings.addAll(result.findings());
        if (!result.failures().isEmpty()) {
            failures.put(hour, result.failures());
        }
        if (result.isComplete()) {
            complete.add(hour);
        }
    }

    /** Says that no more hours are begun. */
    synchronized void stop() {
        stopped = true;
    }

    synchronized boolean isStopped() {
        return stopped;
    }

    /** Returns the hours whose messages are all in the target, by this run or an earlier one. */
    synchronized Set<SourceHour> complete() {
        Set<SourceHour> all = new HashSet<>(complete);
        all.addAll(plan.doneEarlier());
        return all;
    }

    /** Returns what could not be read so far. */
    synchronized List<Finding> findings() {
        return List.copyOf(findings);
    }

    synchronized CompactionReport report(List<String> expirable) {
        long dueOriginals = 0;
        long dueBytes = 0;
        long dueMessages = 0;
        long dueBatches = 0;
        for (SourceHour hour : plan.due()) {
            Originals originals = plan.listing().originals(hour);
            dueOriginals += originals.listing().count() + originals.read().size();
            dueBytes += originals.bytes();
            dueMessages += originals.messages();
            dueBatches += plan.batches(originals);
        }
        return new CompactionReport(
                plan.listing().blobs(),
                plan.listing().bytes(),
                complete.size(),
                plan.doneEarlier().size(),
                plan.count(Job.Choice.TOO_YOUNG),
                plan.count(Job.Choice.CUT),
                plan.count(Job.Choice.OTHER_SHARD),
                plan.due().size() - complete.size(),
                dueOriginals,
                dueBytes,
                dueMessages,
                dueBatches,
                counts.messages(),
                counts.copies(),
                counts.stored(),
                counts.written(),
                counts.blobs(),
                counts.bytes(),
                new ArrayList<>(findings),
                Collections.unmodifiableSortedMap(failures),
                expirable,
                stopped);
    }
}
