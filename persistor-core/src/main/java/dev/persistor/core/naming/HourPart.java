package dev.persistor.core.naming;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Neighbouring parts that are the same for all messages of an hour: the publish time down to the hour, and text. What they
 * make is kept until a message of another hour comes, since most messages follow one of the same hour.
 *
 * <p>Thread-safe.
 */
final class HourPart implements Part {

    private static final int SECONDS_PER_HOUR = 60 * 60;

    /** The text of the parts for an hour, counted from the epoch. */
    private record Made(long hour, String text) {}

    private final List<Part> parts;
    private volatile Made last;

    private HourPart(List<Part> parts) {
        this.parts = List.copyOf(parts);
        this.last = make(0);
    }

    /** Returns the parts, with each run of those that are the same for an hour as one. */
    static List<Part> joined(List<Part> parts) {
        List<Part> joined = new ArrayList<>();
        List<Part> run = new ArrayList<>();
        for (Part part : parts) {
            if (part instanceof Literal || (part instanceof UtcPart utc && utc.isSameForAnHour())) {
                run.add(part);
            } else {
                endRun(run, joined);
                joined.add(part);
            }
        }
        endRun(run, joined);
        return joined;
    }

    private static void endRun(List<Part> run, List<Part> joined) {
        if (hasTime(run)) {
            joined.add(new HourPart(run));
        } else {
            joined.addAll(run);
        }
        run.clear();
    }

    private static boolean hasTime(List<Part> run) {
        for (Part part : run) {
            if (part instanceof UtcPart) {
                return true;
            }
        }
        return false;
    }

    /** Returns what the parts make of a time. */
    String text(Instant time) {
        long hour = Math.floorDiv(time.getEpochSecond(), SECONDS_PER_HOUR);
        Made made = last;
        if (made.hour != hour) {
            made = make(hour);
            last = made;
        }
        return made.text;
    }

    private Made make(long hour) {
        Instant time = Instant.ofEpochSecond(hour * SECONDS_PER_HOUR);
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            if (part instanceof Literal literal) {
                text.append(literal.text());
            } else if (part instanceof UtcPart utc) {
                utc.appendTo(text, time);
            }
        }
        return new Made(hour, text.toString());
    }

    /** Tells whether a folder ends within what the parts make. */
    boolean holdsSlash() {
        return last.text.contains("/");
    }
}
