package dev.persistor.core.pull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.persistor.core.capture.MalformedEventException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * The outcome of the messages of one run, or of several. Each message that was received is counted once more as persisted,
 * already there, quarantined or failed; a message that was delivered twice was received twice.
 *
 * <p>As JSON: {@code {"received":5,"persisted":4,"alreadyThere":1,"quarantined":0,"failed":0,"lost":0,"bytes":512,"seconds":1.5,
 * "stopped":"idle"}}.
 *
 * <p>Immutable.
 *
 * @param received how many messages the run began to make durable
 * @param persisted how many were written to new blobs, and are durable
 * @param alreadyThere how many were found durable: redeliveries, and replayed ones whose originals are there
 * @param quarantined how many cannot be kept as messages, and are durable in quarantine
 * @param failed how many may not be durable, and were given back to the broker
 * @param lost how many offsets of logs were never read, since the broker does not have them any more
 * @param bytes how many bytes the payloads of all that were received have
 * @param time how long the run took; of several at a time, the longest
 * @param stopped why it ended; of several, the reason that weighs most
 */
public record PullReport(
        long received,
        long persisted,
        long alreadyThere,
        long quarantined,
        long failed,
        long lost,
        long bytes,
        Duration time,
        StopReason stopped) {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();
    private static final double MILLIS = 1_000;

    /** Tells whether all that was received is durable, and the run did not stop because it failed. */
    public boolean isSuccess() {
        return failed == 0 && stopped != StopReason.FAILURE;
    }

    /** Adds up the reports of runs that went on at the same time; of none, it is a failure. */
    public static PullReport sum(Collection<PullReport> reports) {
        return reports.stream()
                .reduce(PullReport::plus)
                .orElse(new PullReport(0, 0, 0, 0, 0, 0, 0, Duration.ZERO, StopReason.FAILURE));
    }

    private PullReport plus(PullReport other) {
        return new PullReport(
                received + other.received,
                persisted + other.persisted,
                alreadyThere + other.alreadyThere,
                quarantined + other.quarantined,
                failed + other.failed,
                lost + other.lost,
                bytes + other.bytes,
                time.compareTo(other.time) >= 0 ? time : other.time,
                stopped.compareTo(other.stopped) >= 0 ? stopped : other.stopped);
    }

    /** Returns the report as JSON in UTF-8. */
    public byte[] toJson() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            writeTo(json);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return out.toByteArray();
    }

    /** Writes the report as a JSON object. */
    public void writeTo(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField("received", received);
        json.writeNumberField("persisted", persisted);
        json.writeNumberField("alreadyThere", alreadyThere);
        json.writeNumberField("quarantined", quarantined);
        json.writeNumberField("failed", failed);
        json.writeNumberField("lost", lost);
        json.writeNumberField("bytes", bytes);
        json.writeNumberField("seconds", time.toMillis() / MILLIS);
        json.writeStringField("stopped", stopped.label());
        json.writeEndObject();
    }

    /**
     * Reads a report back; the time to the millisecond. Fields that it does not know are left out.
     *
     * @throws MalformedEventException if it is none
     */
    public static PullReport read(byte[] json) throws MalformedEventException {
        Map<String, Double> numbers = new HashMap<>();
        String stopped = "";
        try (JsonParser parser = JSON.createParser(json)) {
            require(parser.nextToken() == JsonToken.START_OBJECT, "the report must be a JSON object");
            for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                if (value.isNumeric()) {
                    numbers.put(field, parser.getDoubleValue());
                } else if (field.equals("stopped") && value == JsonToken.VALUE_STRING) {
                    stopped = parser.getText();
                } else {
                    parser.skipChildren();
                }
            }
            require(parser.currentToken() == JsonToken.END_OBJECT, "the report must be a JSON object");
            require(parser.nextToken() == null, "nothing must follow the report");
        } catch (IOException e) {
            throw MalformedEventException.notJson("the report", e);
        }
        return new PullReport(
                count(numbers, "received"),
                count(numbers, "persisted"),
                count(numbers, "alreadyThere"),
                count(numbers, "quarantined"),
                count(numbers, "failed"),
                count(numbers, "lost"),
                count(numbers, "bytes"),
                Duration.ofMillis(Math.round(number(numbers, "seconds") * MILLIS)),
                StopReason.ofLabel(stopped)
                        .orElseThrow(() -> new MalformedEventException(
                                "stopped must be idle, duration, messages, ended or failure")));
    }

    private static long count(Map<String, Double> numbers, String field) throws MalformedEventException {
        double number = number(numbers, field);
        require(number == Math.rint(number), field + " must be a whole number, and is " + number);
        return (long) number;
    }

    private static double number(Map<String, Double> numbers, String field) throws MalformedEventException {
        Double number = numbers.get(field);
        if (number == null || number < 0) {
            throw new MalformedEventException(
                    field + " must be a number, 0 or more, and is " + (number == null ? "missing" : number));
        }
        return number;
    }

    private static void require(boolean holds, String otherwise) throws MalformedEventException {
        if (!holds) {
            throw new MalformedEventException(otherwise);
        }
    }
}
