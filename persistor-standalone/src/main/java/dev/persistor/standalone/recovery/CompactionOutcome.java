package dev.persistor.standalone.recovery;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.persistor.core.compact.CompactionReport;
import dev.persistor.core.compact.SourceHour;
import dev.persistor.standalone.cli.Json;
import dev.persistor.standalone.cli.Text;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Prints the result of a compaction, or of its dry run.
 *
 * <p>Immutable.
 *
 * @param isPlan whether nothing was written
 * @param open the archive
 * @param target where the batches go
 * @param olderThan how long ago an hour must have ended
 * @param report what became of the hours
 */
record CompactionOutcome(boolean isPlan, OpenArchive open, String target, Duration olderThan, CompactionReport report) {

    void print(PrintWriter out) {
        Text.row(out, "from", open.store().toString());
        Text.row(out, "to", Text.safe(target));
        Text.row(out, "of", Text.safe(open.filter().toString()));
        Text.row(out, "originals", report.originals());
        Text.row(out, "bytes", report.originalBytes());
        Text.row(out, "hours compacted earlier", report.hoursDoneEarlier());
        rowIfAny(out, "hours too recent", report.hoursTooYoung());
        rowIfAny(out, "hours partly in range", report.hoursCut());
        rowIfAny(out, "hours of other shards", report.hoursOfOtherShards());
        Text.row(out, isPlan ? "hours to compact" : "hours due", report.hoursDone() + report.hoursLeft());
        Text.row(out, "  originals", report.dueOriginals());
        Text.row(out, "  bytes", report.dueBytes());
        if (isPlan) {
            Text.row(out, "  messages", report.dueMessages());
            Text.row(out, "  batches (estimate)", report.dueBatches());
        } else {
            printResult(out);
        }
        Findings.rows(out, report.findings());
        if (!isPlan) {
            List<Map.Entry<SourceHour, List<String>>> failures =
                    List.copyOf(report.failures().entrySet());
            Text.rows(out, "hours that failed", failures.size(), failures, CompactionOutcome::text);
            Text.rows(
                    out,
                    "expirable prefixes",
                    report.expirable().size(),
                    report.expirable(),
                    prefix -> open.store() + prefix);
        }
        out.println(verdict());
        out.flush();
    }

    private void printResult(PrintWriter out) {
        Text.row(out, "hours compacted", report.hoursDone());
        Text.row(out, "messages read", report.messages());
        Text.row(out, "  copies", report.copies());
        Text.row(out, "  already in the target", report.stored());
        Text.row(out, "  written", report.written());
        Text.row(out, "batches written", report.blobs());
        Text.row(out, "  bytes", report.bytes());
    }

    private static void rowIfAny(PrintWriter out, String label, long number) {
        if (number > 0) {
            Text.row(out, label, number);
        }
    }

    private static String text(Map.Entry<SourceHour, List<String>> failure) {
        return failure.getKey() + ": " + String.join("; ", failure.getValue());
    }

    private String verdict() {
        if (report.originals() == 0) {
            return "Nothing matched.";
        }
        if (isPlan) {
            return report.hoursLeft() == 0 ? "Nothing to compact." : "Nothing was written.";
        }
        if (report.isComplete()) {
            return "Complete: every message of the hours that were due is in the target.";
        }
        return "NOT complete: " + Text.count(report.hoursLeft(), "hour") + " not compacted, "
                + Findings.counts(report.findings()) + "."
                + (report.stopped() ? " The run stopped early." : "")
                + " To continue, run the same command again. Do not expire any prefix of these hours.";
    }

    void write(JsonGenerator json) throws IOException {
        json.writeBooleanField("complete", !isPlan && report.isComplete());
        json.writeBooleanField("dryRun", isPlan);
        json.writeBooleanField("stopped", report.stopped());
        json.writeStringField("store", open.store().toString());
        json.writeStringField("target", target);
        json.writeStringField("filter", open.filter().toString());
        json.writeNumberField("originals", report.originals());
        json.writeNumberField("originalBytes", report.originalBytes());
        json.writeObjectFieldStart("hours");
        json.writeNumberField("compacted", report.hoursDone());
        json.writeNumberField("compactedEarlier", report.hoursDoneEarlier());
        json.writeNumberField("left", report.hoursLeft());
        json.writeNumberField("tooYoung", report.hoursTooYoung());
        json.writeNumberField("cut", report.hoursCut());
        json.writeNumberField("otherShards", report.hoursOfOtherShards());
        json.writeEndObject();
        json.writeObjectFieldStart("due");
        json.writeNumberField("originals", report.dueOriginals());
        json.writeNumberField("bytes", report.dueBytes());
        json.writeNumberField("messages", report.dueMessages());
        json.writeNumberField("batches", report.dueBatches());
        json.writeEndObject();
        json.writeNumberField("messages", report.messages());
        json.writeNumberField("copies", report.copies());
        json.writeNumberField("inTargetBefore", report.stored());
        json.writeNumberField("written", report.written());
        json.writeNumberField("batches", report.blobs());
        json.writeNumberField("batchBytes", report.bytes());
        Findings.write(json, report.findings());
        json.writeArrayFieldStart("failures");
        for (Map.Entry<SourceHour, List<String>> failure : report.failures().entrySet()) {
            json.writeStartObject();
            json.writeStringField("source", failure.getKey().source());
            json.writeStringField("hour", failure.getKey().hour().toString());
            Json.texts(json, "reasons", failure.getValue());
            json.writeEndObject();
        }
        json.writeEndArray();
        Json.texts(json, "expirable", report.expirable());
    }
}
