package dev.persistor.standalone.explore;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many messages and bytes were published when, in steps of seconds that double whenever there would be too many of them.
 *
 * <p>Not thread-safe.
 */
final class Timeline {

    private static final int MOST_STEPS = 2_000;
    /** A batch is spread over so many steps at most. */
    private static final int MOST_SPREAD = 200;

    private static final class Step {
        private double messages;
        private double bytes;

        void add(double moreMessages, double moreBytes) {
            messages += moreMessages;
            bytes += moreBytes;
        }
    }

    private long seconds = 1;
    private TreeMap<Long, Step> steps = new TreeMap<>();

    /** Adds messages that were published between two times, evenly: only the number of a batch is known. */
    void add(Instant first, Instant last, long messages, long bytes) {
        long begin = index(first);
        long end = index(last);
        long parts = Math.min(Math.min(end - begin + 1, MOST_SPREAD), messages);
        for (long part = 0; part < parts; part++) {
            long at = parts == 1 ? begin : begin + (end - begin) * part / (parts - 1);
            step(at).add((double) messages / parts, (double) bytes / parts);
        }
        while (steps.size() > MOST_STEPS) {
            widen();
        }
    }

    private long index(Instant time) {
        return Math.floorDiv(time.getEpochSecond(), seconds);
    }

    private Step step(long index) {
        return steps.computeIfAbsent(index, unused -> new Step());
    }

    private void widen() {
        TreeMap<Long, Step> narrow = steps;
        seconds *= 2;
        steps = new TreeMap<>();
        narrow.forEach((index, step) -> step(Math.floorDiv(index, 2)).add(step.messages, step.bytes));
    }

    /** Writes the width of a step, and of each step that has messages its start, messages and bytes. */
    void write(JsonGenerator json) throws IOException {
        json.writeNumberField("stepSeconds", seconds);
        json.writeArrayFieldStart("steps");
        for (Map.Entry<Long, Step> step : steps.entrySet()) {
            json.writeStartArray();
            json.writeNumber(step.getKey() * seconds);
            json.writeNumber(Math.round(step.getValue().messages));
            json.writeNumber(Math.round(step.getValue().bytes));
            json.writeEndArray();
        }
        json.writeEndArray();
    }
}
