package dev.persistor.standalone.recovery;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.persistor.core.archive.RepeatedMessage;
import dev.persistor.core.replay.ReplayReport;
import dev.persistor.standalone.cli.Json;
import dev.persistor.standalone.cli.Text;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What a replay did, or would do, and how it is told.
 *
 * <p>Immutable.
 *
 * @param isPlan whether nothing was published
 * @param store where the messages come from
 * @param target where they go to
 * @param targets where the messages of each source go to, if each has a target of its own
 * @param filter which they are
 * @param report what became of them
 * @param failedStore where failed messages are kept
 * @param kept how many of them are
 * @param mayHaveFailedEarlier whether some that count as published before may be kept there as failed instead
 */
record Outcome(
        boolean isPlan,
        String store,
        String target,
        Map<String, String> targets,
        String filter,
        ReplayReport report,
        String failedStore,
        long kept,
        boolean mayHaveFailedEarlier) {

    /** Tells whether all is published, or as much as was asked for: without failures, only a limit ends a replay early. */
    boolean isComplete() {
        return report.failed() == 0 && !Findings.hideMessages(report.findings());
    }

    void print(PrintWriter out) {
        Text.row(out, "from", store);
        Text.row(out, "to", Text.safe(target));
        Text.row(out, "of", Text.safe(filter));
        if (isPlan) {
            printPlan(out);
        } else {
            printResult(out);
        }
        Findings.rows(out, report.findings());
        out.println(verdict());
        if (mayHaveFailedEarlier) {
            out.println("Those published before may be failed ones that an earlier run kept: see persistor ls "
                    + failedStore);
        }
        out.flush();
    }

    private void printPlan(PrintWriter out) {
        Text.row(out, "matched", report.matched());
        Text.rows(out, "duplicates to skip", report.duplicates(), copies(), Findings::copy);
        Text.row(out, "published before", report.publishedBefore());
        Text.row(out, "to publish", report.planned());
        report.bySource()
                .forEach((name, count) ->
                        out.println("  " + Text.number(count) + " of " + Text.safe(name) + Text.safe(targetOf(name))));
        Text.row(out, "payload bytes", report.bytes());
        Text.rows(out, "same id, other content", report.sameIdCount(), report.sameId(), Findings::sameId);
        report.firstPublishTime().ifPresent(first -> Text.row(out, "first published", first.toString()));
        report.lastPublishTime().ifPresent(last -> Text.row(out, "last published", last.toString()));
        printTexts(out, "lost by the target", report.losses());
        printWarnings(out);
    }

    private String targetOf(String source) {
        return targets.containsKey(source) ? " to " + targets.get(source) : "";
    }

    private void printResult(PrintWriter out) {
        Text.row(out, "matched", report.matched());
        Text.row(out, "duplicates skipped", report.duplicates());
        Text.row(out, "published before", report.publishedBefore());
        Text.row(out, "published", report.published());
        Text.row(out, "same id, other content", report.sameIdCount());
        Text.row(out, "failed", report.failed());
        printTexts(out, "", report.failures());
        if (report.failed() > 0) {
            Text.row(out, "failed and kept", kept);
            out.println("  in " + failedStore);
        }
        Text.rows(out, "may have gone out twice", report.maybeTwice().size(), report.maybeTwice(), Function.identity());
        printWarnings(out);
    }

    private void printWarnings(PrintWriter out) {
        if (!report.warnings().isEmpty()) {
            Text.rows(out, "warnings", report.warnings().size(), report.warnings(), Text::safe);
        }
    }

    /** With --no-dedupe, no copy is skipped. */
    private List<RepeatedMessage> copies() {
        return report.duplicates() == 0 ? List.of() : report.copies();
    }

    private static void printTexts(PrintWriter out, String label, Map<String, Long> texts) {
        if (!label.isEmpty()) {
            Text.row(out, label, texts.isEmpty() ? "nothing" : "");
        }
        texts.forEach((text, count) -> out.println("  " + Text.number(count) + " x " + Text.safe(text)));
    }

    private String verdict() {
        String end = report.stopped().map(reason -> " It ended " + reason + ".").orElse("");
        if (!isComplete()) {
            return "NOT complete: " + Text.number(report.failed()) + " failed, " + Findings.counts(report.findings())
                    + "." + end;
        }
        return (isPlan ? "Nothing was published: this is the plan." : "Complete.") + end;
    }

    void write(JsonGenerator json) throws IOException {
        json.writeBooleanField("dryRun", isPlan);
        json.writeBooleanField("complete", isComplete());
        json.writeStringField("store", store);
        json.writeStringField("target", target);
        json.writeObjectFieldStart("targets");
        for (Map.Entry<String, String> each : targets.entrySet()) {
            json.writeStringField(each.getKey(), each.getValue());
        }
        json.writeEndObject();
        json.writeStringField("filter", filter);
        json.writeNumberField("matched", report.matched());
        json.writeNumberField("duplicates", report.duplicates());
        Findings.repeated(json, "copies", report.copies());
        json.writeNumberField("sameIdCount", report.sameIdCount());
        Findings.repeated(json, "sameId", report.sameId());
        json.writeNumberField("publishedBefore", report.publishedBefore());
        json.writeNumberField("planned", report.planned());
        json.writeNumberField("payloadBytes", report.bytes());
        json.writeStringField(
                "first", report.firstPublishTime().map(Instant::toString).orElse(null));
        json.writeStringField(
                "last", report.lastPublishTime().map(Instant::toString).orElse(null));
        Json.counts(json, "bySource", report.bySource());
        Json.counts(json, "losses", report.losses());
        Json.texts(json, "warnings", report.warnings());
        json.writeNumberField("published", report.published());
        json.writeNumberField("failed", report.failed());
        Json.counts(json, "failures", report.failures());
        json.writeStringField("failedStore", failedStore);
        json.writeNumberField("failedAndKept", kept);
        json.writeBooleanField("mayHaveFailedEarlier", mayHaveFailedEarlier);
        Json.texts(json, "maybeTwice", report.maybeTwice());
        Findings.write(json, report.findings());
        json.writeStringField("stopped", report.stopped().orElse(null));
    }
}
