package dev.persistor.demo;

import java.io.PrintWriter;

/**
 * Shows how far the deliveries are: a bar that grows in its line on a terminal, else a line for each tenth.
 *
 * <p>Thread-safe.
 */
final class Progress {

    private static final int BAR_WIDTH = 40;
    private static final int LINES = 10;

    private final PrintWriter out;
    private final int total;
    private final boolean onTerminal;
    private final int steps;
    private int done;

    private Progress(PrintWriter out, int total, boolean onTerminal, int steps) {
        this.out = out;
        this.total = total;
        this.onTerminal = onTerminal;
        this.steps = steps;
    }

    static Progress bar(PrintWriter out, int total) {
        return new Progress(out, total, true, BAR_WIDTH);
    }

    static Progress lines(PrintWriter out, int total) {
        return new Progress(out, total, false, LINES);
    }

    /** One more is done. */
    synchronized void step() {
        int before = shown();
        done++;
        if (shown() != before) {
            show();
        }
    }

    private int shown() {
        return (int) ((long) done * steps / total);
    }

    private void show() {
        String count = done + " of " + total + " deliveries acknowledged";
        if (!onTerminal) {
            out.println(count);
            return;
        }
        out.print("\r[" + "#".repeat(shown()) + ".".repeat(BAR_WIDTH - shown()) + "] " + count);
        if (done == total) {
            out.println();
        }
        out.flush();
    }
}
