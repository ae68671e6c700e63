package dev.persistor.standalone.recovery;

import dev.persistor.standalone.cli.CommandContext;
import dev.persistor.standalone.cli.Text;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;

/**
 * Shows how far something is: in one line on a terminal, with a bar where it is known how much there is, and elsewhere in a
 * line now and then.
 *
 * <p>Thread-safe.
 */
final class Ticker implements AutoCloseable {

    private static final int BAR_WIDTH = 40;
    private static final long SHOWN_BYTES = 1L << 20;
    private static final Duration ON_TERMINAL = Duration.ofMillis(100);
    private static final Duration WAY = Duration.ofSeconds(1);
    private static final Duration ELSEWHERE = Duration.ofSeconds(10);

    private final PrintWriter err;
    private final boolean onTerminal;
    private final String what;
    private final LongSupplier nanoTime;
    private final long begun;
    private long total;
    private long next;
    private long done;
    private long contentBytes;
    private int shownLength;

    /**
     * Makes a ticker.
     *
     * @param what what is counted, such as {@code blobs read}
     * @param total how many there will be, 0 where that is not known
     */
    Ticker(PrintWriter err, boolean onTerminal, String what, long total, LongSupplier nanoTime) {
        this.err = err;
        this.onTerminal = onTerminal;
        this.what = what;
        this.total = total;
        this.nanoTime = nanoTime;
        this.begun = nanoTime.getAsLong();
        this.next = begun + interval();
    }

    static Ticker in(CommandContext context, String what, long total) {
        return new Ticker(context.err(), context.onTerminal(), what, total, System::nanoTime);
    }

    private long interval() {
        return (onTerminal ? ON_TERMINAL : ELSEWHERE).toNanos();
    }

    /** Says how many there will be. */
    synchronized void total(long count) {
        total = count;
    }

    /** One more is done. */
    void step() {
        add(1);
    }

    /** So many more bytes of content were read, decompressed: one blob may have billions. */
    synchronized void content(int bytes) {
        contentBytes += bytes;
        showNowAndThen();
    }

    /** So many more are done. */
    synchronized void add(long count) {
        done += count;
        showNowAndThen();
    }

    private void showNowAndThen() {
        long now = nanoTime.getAsLong();
        if (now - next >= 0) {
            next = now + interval();
            show(now);
        }
    }

    private void show(long now) {
        String line = bar() + Text.number(done) + (total > 0 ? " of " + Text.number(total) : "") + " " + what
                + (contentBytes < SHOWN_BYTES ? "" : ", " + Text.number(contentBytes >> 20) + " MiB of content")
                + timeLeft(now);
        if (onTerminal) {
            err.print("\r" + line + " ".repeat(Math.max(0, shownLength - line.length())));
            shownLength = Math.max(shownLength, line.length());
        } else {
            err.println(line);
        }
        err.flush();
    }

    /** As if the rest went as fast as what is done. */
    private String timeLeft(long now) {
        if (done == 0 || done >= total) {
            return "";
        }
        Duration left = Duration.ofNanos((long) ((double) (now - begun) / done * (total - done)));
        return left.compareTo(Duration.ofSeconds(1)) < 0
                ? ""
                : ", about " + Text.span(left.truncatedTo(ChronoUnit.SECONDS)) + " left";
    }

    private String bar() {
        if (!onTerminal || total == 0) {
            return "";
        }
        int full = (int) (Math.min(done, total) * BAR_WIDTH / total);
        return "[" + "#".repeat(full) + ".".repeat(BAR_WIDTH - full) + "] ";
    }

    @Override
    public void close() {
        clear();
    }

    /** Clears the line for something else that is printed, and shows nothing for a moment. */
    synchronized void giveWay() {
        clear();
        next = nanoTime.getAsLong() + WAY.toNanos();
    }

    /** Clears the line for what is printed next. */
    synchronized void clear() {
        if (shownLength > 0) {
            err.print("\r" + " ".repeat(shownLength) + "\r");
            err.flush();
            shownLength = 0;
        }
    }
}
