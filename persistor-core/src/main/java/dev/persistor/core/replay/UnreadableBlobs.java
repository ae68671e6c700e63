package dev.persistor.core.replay;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.Finding;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.store.BlobInfo;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The blobs that a run could not read, compared with those that a checkpoint names.
 *
 * <p>Immutable.
 *
 * @param findings the blobs that this run could not read, or not whole
 * @param accepted how many of these were accepted
 * @param earlier those that an earlier run could not read, that were not accepted, and that this run did not read
 */
record UnreadableBlobs(List<Finding> findings, long accepted, List<String> earlier) {

    /**
     * Compares the blobs of a run with those of earlier runs.
     *
     * @param acceptsAll whether all failures of earlier runs are accepted
     * @param readAll whether the run read all blobs to their ends
     */
    static UnreadableBlobs of(
            List<Finding> findings,
            @Nullable Checkpoint checkpoint,
            boolean acceptsAll,
            boolean readAll,
            Archive archive,
            MessageFilter filter) {
        Map<String, Boolean> noted = checkpoint == null ? Map.of() : checkpoint.unreadable();
        Set<String> now = hiding(findings);
        Set<String> accepted = noted.keySet().stream()
                .filter(blob -> acceptsAll || noted.getOrDefault(blob, false))
                .collect(Collectors.toSet());
        Set<String> earlier = new TreeSet<>(noted.keySet());
        earlier.removeAll(now);
        if (readAll) {
            earlier.removeAll(listed(earlier, archive, filter));
        }
        earlier.removeAll(accepted);
        return new UnreadableBlobs(
                findings, now.stream().filter(accepted::contains).count(), List.copyOf(earlier));
    }

    private static Set<String> hiding(List<Finding> findings) {
        return findings.stream()
                .filter(Finding::hidesMessages)
                .map(finding -> finding.blob().value())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** A blob that is still there, and is not among the findings, was read to its end. */
    private static Set<String> listed(Set<String> names, Archive archive, MessageFilter filter) {
        Set<String> listed = new HashSet<>();
        if (!names.isEmpty()) {
            try (Stream<BlobInfo> blobs = archive.blobs(filter)) {
                blobs.map(blob -> blob.name().value()).filter(names::contains).forEach(listed::add);
            }
        }
        return listed;
    }

    /** Notes in the checkpoint which blobs could not be read, and which of the earlier ones could. */
    void note(Checkpoint checkpoint, boolean readAll) {
        Map<String, Boolean> noted = checkpoint.unreadable();
        Set<String> now = hiding(findings);
        now.stream().filter(blob -> !noted.containsKey(blob)).forEach(checkpoint::unreadable);
        if (readAll) {
            noted.forEach((blob, accepted) -> {
                if (!accepted && !now.contains(blob) && !earlier.contains(blob)) {
                    checkpoint.readable(blob);
                }
            });
        }
    }
}
