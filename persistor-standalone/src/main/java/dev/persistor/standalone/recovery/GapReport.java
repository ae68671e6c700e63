package dev.persistor.standalone.recovery;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.persistor.core.archive.Verification.Gap;
import dev.persistor.kafka.KafkaGaps;
import dev.persistor.standalone.cli.Text;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The gaps in offsets that a verification found, with what a broker says of them, where it was asked.
 *
 * <p>Immutable.
 *
 * @param gaps offsets that are missing, as far as is known
 * @param withoutRecords offsets of which the broker says that they are no messages
 * @param answers what the broker says of gaps
 */
record GapReport(List<Gap> gaps, List<Gap> withoutRecords, Map<Gap, KafkaGaps.Kind> answers) {

    /** No broker was asked. */
    static GapReport of(List<Gap> gaps) {
        return new GapReport(gaps, List.of(), Map.of());
    }

    /** A broker was asked. */
    static GapReport explained(List<KafkaGaps.Explained> all) {
        Map<Gap, KafkaGaps.Kind> answers = new LinkedHashMap<>();
        all.forEach(each -> answers.put(each.gap(), each.kind()));
        return new GapReport(
                answers.keySet().stream()
                        .filter(gap -> answers.get(gap) != KafkaGaps.Kind.NO_RECORDS)
                        .toList(),
                answers.keySet().stream()
                        .filter(gap -> answers.get(gap) == KafkaGaps.Kind.NO_RECORDS)
                        .toList(),
                answers);
    }

    /** Tells whether there are gaps, and the broker cannot tell of any of them what was there. */
    boolean isOnlyUnknown() {
        return !gaps.isEmpty()
                && gaps.stream()
                        .allMatch(gap -> answers.containsKey(gap) && answers.get(gap) != KafkaGaps.Kind.RECORDS);
    }

    void print(PrintWriter out) {
        Text.rows(out, "gaps in offsets", gaps.size(), gaps, this::text);
        if (!withoutRecords.isEmpty()) {
            Text.rows(out, "explained by the broker", withoutRecords.size(), withoutRecords, this::text);
        }
    }

    private String text(Gap gap) {
        return text(gap.source(), gap.log(), gap.partition(), gap.first(), gap.last())
                + Optional.ofNullable(answers.get(gap)).map(GapReport::text).orElse("");
    }

    /** Returns a gap as people read it. */
    static String text(String source, String log, String partition, long first, long last) {
        String offsets = first == last ? "offset " + first : "offsets " + first + " to " + last;
        return source + ", partition " + partition + (log.isEmpty() ? "" : " (log " + log + ")") + ": " + offsets;
    }

    private static String text(KafkaGaps.Kind kind) {
        return switch (kind) {
            case RECORDS -> ": missing from the archive, but still at the broker; run persistor backfill";
            case NO_RECORDS -> ": no messages there (transaction markers, aborted or compacted records)";
            case DELETED -> ": deleted by the broker; the content is not known";
            case NOT_OF_TOPIC -> ": not of the current topic; the content is not known";
        };
    }

    void write(JsonGenerator json) throws IOException {
        write(json, "gaps", gaps);
        write(json, "withoutRecords", withoutRecords);
    }

    private void write(JsonGenerator json, String field, List<Gap> ranges) throws IOException {
        json.writeArrayFieldStart(field);
        for (Gap gap : ranges) {
            json.writeStartObject();
            json.writeStringField("source", gap.source());
            if (!gap.log().isEmpty()) {
                json.writeStringField("log", gap.log());
            }
            json.writeStringField("partition", gap.partition());
            json.writeNumberField("first", gap.first());
            json.writeNumberField("last", gap.last());
            if (answers.containsKey(gap)) {
                json.writeStringField("broker", answers.get(gap).name().toLowerCase(Locale.ROOT));
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
