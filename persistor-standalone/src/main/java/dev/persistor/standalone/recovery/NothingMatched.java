package dev.persistor.standalone.recovery;

import dev.persistor.core.archive.ArchiveOverview;
import dev.persistor.core.config.NearestText;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.standalone.cli.Text;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Explains that nothing in an archive matched, and says which sources and times there are instead.
 *
 * @param open the archive, and what was wanted of it
 * @param err takes the explanation
 */
record NothingMatched(OpenArchive open, PrintWriter err) {

    /** More would take the screen, and some 30 requests each. */
    private static final int SHOWN = 20;

    private static final int MOST_FOLDERS = 200;

    void explain() {
        long opened = open.opened().sum();
        err.println((opened == 0 ? "No blob matched (" : "No message of " + Text.count(opened, "blob") + " matched (")
                + Text.safe(open.filter().toString()) + ") in " + open.store() + ".");
        try {
            explain(open.archive().overview(MOST_FOLDERS));
        } catch (BlobStoreException e) {
            err.println("The sources could not be listed: " + e.getMessage());
        }
        err.flush();
    }

    private void explain(ArchiveOverview overview) {
        if (overview.firstBlob().isEmpty()) {
            err.println("The store is empty.");
            return;
        }
        Set<String> known = new TreeSet<>(overview.sources());
        if (known.isEmpty()) {
            err.println("No blob has its source in its metadata. The first blob is "
                    + overview.firstBlob().get() + ". For an archive that another program wrote, use --layout.");
            return;
        }
        open.filter().sources().stream()
                .filter(wanted -> !known.contains(wanted))
                .forEach(wanted -> explain(wanted, overview, known));
        if (!open.filter().prefix().isEmpty()) {
            err.println("The first blob of the store is " + overview.firstBlob().get() + ".");
        }
        print(overview, known);
    }

    private void explain(String wanted, ArchiveOverview overview, Set<String> known) {
        String suggestion = NearestText.to(wanted, known)
                .map(nearest -> "; did you mean '" + Text.safe(nearest) + "'?")
                .orElse(".");
        err.println((overview.isWhole() ? "Source not found: '" : "Source not found so far: '") + Text.safe(wanted)
                + "'" + suggestion);
    }

    /** Those that were asked for, if they exist; else all. */
    private void print(ArchiveOverview overview, Set<String> known) {
        List<String> wanted =
                known.stream().filter(open.filter().sources()::contains).toList();
        List<String> shown = wanted.isEmpty() ? List.copyOf(known) : wanted;
        int width =
                shown.stream().mapToInt(name -> Text.safe(name).length()).max().orElse(0);
        err.println(wanted.isEmpty() ? "The sources are:" : "Times of " + (wanted.size() == 1 ? "it:" : "them:"));
        shown.stream().limit(SHOWN).forEach(name -> err.println(line(overview, name, width)));
        if (shown.size() > SHOWN || !overview.isWhole()) {
            err.println(
                    "  and " + (overview.isWhole() ? Text.number(shown.size() - SHOWN) + " more" : "possibly others"));
        }
    }

    private static String line(ArchiveOverview overview, String name, int width) {
        String safe = Text.safe(name);
        return "  " + safe
                + overview.span(name)
                        .map(span ->
                                " ".repeat(width - safe.length()) + "  from " + span.first() + " to " + span.last())
                        .orElse("");
    }
}
