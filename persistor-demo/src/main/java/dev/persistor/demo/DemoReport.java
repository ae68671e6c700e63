package dev.persistor.demo;

import dev.persistor.testkit.ArchiveComparison;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The result of a demo.
 *
 * <p>Immutable.
 *
 * @param redelivered how many deliveries repeated one that was acknowledged or under way
 * @param refused how many deliveries failed and were made again
 * @param faults how many storage faults there were
 * @param elapsed how long the deliveries took
 * @param comparison of the archive with what was sent
 * @param whereToLook where the archive and the function's log are
 */
record DemoReport(
        int redelivered,
        long refused,
        long faults,
        Duration elapsed,
        ArchiveComparison comparison,
        String whereToLook) {

    private static final int SHOWN = 10;
    private static final int LABEL_WIDTH = 34;

    /** Tells whether each message is archived once and unaltered, and nothing else is. */
    boolean isExact() {
        return comparison.isExact();
    }

    void print(PrintWriter out) {
        out.println();
        row(out, "delivered", comparison.sent());
        row(out, "redelivered", redelivered);
        row(out, "storage faults", faults);
        row(out, "failed and delivered again", refused);
        row(out, "blobs", comparison.blobs());
        row(out, "bytes", comparison.bytes());
        row(out, "lost", comparison.lost());
        row(out, "altered", comparison.altered());
        row(out, "duplicates", comparison.duplicates());
        row(out, "unexpected", comparison.unexpected());
        row(out, "messages a second", messagesASecond());
        out.println();
        out.println(whereToLook);
        out.println(
                isExact()
                        ? "Every message is archived once, unaltered."
                        : "The archive is NOT identical to" + " what was sent.");
        out.flush();
    }

    private long messagesASecond() {
        return Math.round(comparison.sent() / (Math.max(1, elapsed.toMillis()) / 1_000.0));
    }

    private static void row(PrintWriter out, String label, long number) {
        out.println(String.format(Locale.ROOT, "%-" + LABEL_WIDTH + "s%,14d", label, number));
    }

    private static void row(PrintWriter out, String label, List<String> cases) {
        row(out, label, cases.size());
        cases.stream().limit(SHOWN).forEach(one -> out.println("  " + one));
    }
}
