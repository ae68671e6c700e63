package dev.persistor.core.compact;

import dev.persistor.core.format.RawFormat;
import dev.persistor.core.store.BlobInfo;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Finds the prefixes under which nothing is left that is not in the target. The folders of the compacted hours are listed once more: a
 * folder counts only if all of its objects are originals of compacted hours, or sidecars of such, and none came since they were read.
 *
 * <p>Not thread-safe.
 */
final class ExpirablePrefixes {

    /** Comes after every character that names hold. */
    private static final String LAST = Character.toString(Character.MAX_CODE_POINT);

    private final Job job;
    private final Plan plan;
    private final Set<SourceHour> complete;
    private final Set<String> completeGroups;
    private final Listing again;
    private final Map<String, Set<SourceHour>> hoursOf = new TreeMap<>();
    private final Set<String> others = new HashSet<>();

    /**
     * Begins a search.
     *
     * @param complete the hours whose messages are all in the target
     * @param completeGroups the folders of blobs that do not describe themselves, where all of their messages are in the target
     */
    ExpirablePrefixes(Job job, Plan plan, Set<SourceHour> complete, Set<String> completeGroups) {
        this.job = job;
        this.plan = plan;
        this.complete = complete;
        this.completeGroups = completeGroups;
        this.again = new Listing(job.archive());
    }

    /** Returns the prefixes, each ending in {@code /}, in their order; of prefixes below one another only the shortest. */
    List<String> find() {
        Set<String> folders = new TreeSet<>(completeGroups);
        complete.forEach(hour -> folders.addAll(plan.listing().originals(hour).folders()));
        folders.remove("");
        String last = LAST;
        for (String folder : folders) {
            if (!folder.startsWith(last)) {
                list(folder + "/");
                last = folder + "/";
            }
        }
        return merged(covered(folders));
    }

    private void list(String prefix) {
        try (Stream<BlobInfo> blobs = job.originals().list(prefix)) {
            blobs.forEach(this::add);
        }
    }

    private void add(BlobInfo blob) {
        String folder = blob.name().folder();
        Set<SourceHour> hours = hoursOf.computeIfAbsent(folder, any -> new HashSet<>());
        if (again.add(blob)) {
            hours.addAll(Listing.hoursOf(blob));
        } else if (!RawFormat.isSidecar(blob)) {
            others.add(folder);
        }
    }

    /** Returns the folders in which, and below which, everything is in the target. */
    private NavigableSet<String> covered(Set<String> folders) {
        NavigableSet<String> prefixes = new TreeSet<>();
        folders.forEach(folder -> prefixes.add(folder + "/"));
        hoursOf.forEach((folder, hours) -> {
            if (!isCovered(folder, hours)) {
                prefixes.removeIf(prefix -> (folder + "/").startsWith(prefix));
            }
        });
        Set<String> all = Set.copyOf(prefixes);
        prefixes.removeIf(prefix -> all.stream().anyMatch(above -> !above.equals(prefix) && prefix.startsWith(above)));
        return prefixes;
    }

    private boolean isCovered(String folder, Set<SourceHour> hours) {
        return !others.contains(folder)
                && hours.stream().allMatch(this::isCovered)
                && (!again.folders().contains(folder) || isGroupCovered(folder));
    }

    private boolean isCovered(SourceHour hour) {
        return complete.contains(hour)
                && again.originals(hour)
                        .listing()
                        .isSameAs(plan.listing().originals(hour).listing());
    }

    private boolean isGroupCovered(String folder) {
        return completeGroups.contains(folder)
                && again.group(folder).isSameAs(plan.listing().group(folder));
    }

    /** Replaces prefixes by the one above them, where nothing else is in that: a rule for each hour would be too many rules. */
    private List<String> merged(NavigableSet<String> prefixes) {
        Set<String> tried = new HashSet<>(Set.of(""));
        boolean isMerged = true;
        while (isMerged) {
            isMerged = false;
            Set<String> parents = new TreeSet<>();
            prefixes.forEach(prefix -> parents.add(parent(prefix)));
            for (String parent : parents) {
                if (tried.add(parent) && hasOnly(prefixes, parent)) {
                    prefixes.removeIf(prefix -> prefix.startsWith(parent));
                    isMerged = prefixes.add(parent);
                }
            }
        }
        return List.copyOf(prefixes);
    }

    private static String parent(String prefix) {
        return prefix.substring(0, prefix.lastIndexOf('/', prefix.length() - 2) + 1);
    }

    /** Jumps from prefix to prefix, and looks at one name between each two. */
    private boolean hasOnly(NavigableSet<String> prefixes, String parent) {
        String after = "";
        for (String prefix : prefixes.tailSet(parent)) {
            if (!prefix.startsWith(parent)) {
                break;
            }
            if (!isNext(parent, after, prefix)) {
                return false;
            }
            after = prefix + LAST;
        }
        return job.originals().first(parent, after).isEmpty();
    }

    private boolean isNext(String parent, String after, String prefix) {
        return job.originals()
                .first(parent, after)
                .filter(blob -> blob.name().value().startsWith(prefix))
                .isPresent();
    }
}
