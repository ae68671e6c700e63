package dev.persistor.standalone.recovery;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.archive.RepeatedMessage;
import dev.persistor.core.replay.FailedMessage;
import dev.persistor.core.replay.ReplayReport;
import dev.persistor.core.replay.StopReason;
import dev.persistor.standalone.cli.Json;
import dev.persistor.standalone.cli.Text;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Prints the result of a replay, or of its dry run.
 *
 * <p>Immutable.
 *
 * @param isPlan whether nothing was published
 * @param store where the messages come from
 * @param target where they go to
 * @param targets where the messages of each source go to, if each has a target of its own
 * @param filter which they are
 * @param report what became of them
 * @param failedStore where failed messages of this run are kept
 * @param kept how many of them are
 * @param hasCheckpoint whether the same command continues
 */
record Outcome(
        boolean isPlan,
        String store,
        String target,
        Map<String, String> targets,
        MessageFilter filter,
        ReplayReport report,
        String failedStore,
        long kept,
        boolean hasCheckpoint) {

    private static final int CAUSES_SHOWN = 20;

    /** Tells whether all is published, or as much as was asked for. */
    boolean isGood() {
        return report.isClean()
                && report.stopped().filter(reason -> reason != StopReason.LIMIT).isEmpty();
    }

    void print(PrintWriter out) {
        Text.row(out, "from", store);
        Text.row(out, "to", Text.safe(target));
        Text.row(out, "of", Text.safe(filter.toString()));
        Text.row(out, "matched", report.matched());
        if (isPlan) {
            printPlan(out);
        } else {
            printResult(out);
        }
        Findings.rows(out, report.findings());
        rowIfAny(out, "  of these accepted", report.acceptedFindings());
        if (!report.unreadableEarlier().isEmpty()) {
            List<String> blobs = report.unreadableEarlier();
            Text.rows(out, "unreadable earlier", blobs.size(), blobs, Function.identity());
        }
        rowIfAny(out, "failed earlier, not retried", report.failedEarlier());
        verdict().forEach(out::println);
        if (!isPlan && filter.shard().isPresent()) {
            out.println("This is shard " + filter.shard().get() + " only. To check all shards, run persistor report.");
        }
        out.flush();
    }

    private void printPlan(PrintWriter out) {
        Text.rows(out, "duplicates to skip", report.duplicates(), copies(), Findings::copy);
        Text.row(out, "published earlier", report.publishedBefore());
        Text.row(out, "excluded", report.excluded());
        rowIfAny(out, "accepted as failed", report.accepted());
        Text.row(out, "to publish", report.planned());
        report.bySource()
                .forEach((name, count) ->
                        out.println("  " + Text.number(count) + " of " + Text.safe(name) + Text.safe(targetOf(name))));
        Text.row(out, "payload bytes", report.bytes());
        Text.rows(out, "same id, different content", report.sameIdCount(), report.sameId(), Findings::sameId);
        report.firstPublishTime().ifPresent(first -> Text.row(out, "first published", first.toString()));
        report.lastPublishTime().ifPresent(last -> Text.row(out, "last published", last.toString()));
        Text.row(out, "target cannot hold", report.losses().isEmpty() ? "nothing" : "");
        printTexts(out, report.losses());
        printWarnings(out);
    }

    private String targetOf(String source) {
        return targets.containsKey(source) ? " to " + targets.get(source) : "";
    }

    private void printResult(PrintWriter out) {
        Text.row(out, "published", report.published());
        Text.row(out, "published earlier", report.publishedBefore());
        Text.row(out, "duplicates skipped", report.duplicates());
        Text.row(out, "excluded", report.excluded());
        rowIfAny(out, "accepted as failed", report.accepted());
        Text.row(out, "failed", report.failed());
        printFailures(out);
        rowIfAny(out, "not sent yet", report.postponed());
        Text.row(out, "same id, different content", report.sameIdCount());
        Text.rows(out, "possibly published twice", report.maybeTwiceCount(), report.maybeTwice(), Function.identity());
        printWarnings(out);
    }

    private static void rowIfAny(PrintWriter out, String label, long number) {
        if (number > 0) {
            Text.row(out, label, number);
        }
    }

    private void printWarnings(PrintWriter out) {
        if (!report.warnings().isEmpty()) {
            Text.rows(out, "warnings", report.warnings().size(), report.warnings(), Text::safe);
        }
    }

    /** The causes come first, and then what was held back behind them. */
    private void printFailures(PrintWriter out) {
        if (report.failed() == 0) {
            return;
        }
        printTexts(out, report.reasons());
        report.causes().stream().limit(CAUSES_SHOWN).forEach(cause -> out.println("    " + Text.safe(text(cause))));
        long others = report.failed()
                - report.heldBack()
                - Math.min(CAUSES_SHOWN, report.causes().size());
        if (others > 0) {
            out.println("    and " + Text.number(others) + " more");
        }
        if (report.heldBack() > 0) {
            out.println("  " + Text.number(report.heldBack())
                    + " x held back, because an earlier message of the same ordering key failed");
        }
        Text.row(out, "failed and stored", kept);
        out.println("  in " + failedStore);
    }

    private static String text(FailedMessage cause) {
        return cause.id() + " of " + cause.source() + " at " + cause.place()
                + cause.orderingKey().map(key -> ", ordering key " + key).orElse("")
                + (cause.heldBack() == 0 ? "" : ", which holds back " + Text.number(cause.heldBack()));
    }

    /** With --no-dedupe, no copy is skipped. */
    private List<RepeatedMessage> copies() {
        return report.duplicates() == 0 ? List.of() : report.copies();
    }

    private static void printTexts(PrintWriter out, Map<String, Long> texts) {
        texts.forEach((text, count) -> out.println("  " + Text.number(count) + " x " + Text.safe(text)));
    }

    private List<String> verdict() {
        if (report.matched() == 0 && isGood()) {
            return List.of("Nothing matched.");
        }
        if (isPlan) {
            return List.of(isGood() ? "Dry run: nothing was published." : "NOT complete: " + missing() + ".");
        }
        if (report.isComplete()) {
            return List.of(filter.shard()
                            .map(shard -> "Shard " + shard + " is complete")
                            .orElse("Complete") + exceptions() + ".");
        }
        String end = report.stopped()
                .map(reason -> " It stopped " + text(reason) + ".")
                .orElse("");
        String first = (isGood() ? "Published up to --limit" : "NOT complete: " + missing()) + "." + end;
        return Stream.concat(Stream.of(first), next().stream()).toList();
    }

    private String missing() {
        long failed = report.failed() + report.failedEarlier();
        long unreadable = report.unreadableEarlier().size();
        return Text.number(failed) + " failed, " + Findings.counts(report.findings())
                + (unreadable == 0 ? "" : ", " + Text.number(unreadable) + " unreadable earlier");
    }

    /** Says what to do next. */
    private Optional<String> next() {
        if (!hasCheckpoint) {
            return kept == 0
                    ? Optional.empty()
                    : Optional.of("To retry, replay the failed messages from " + failedStore
                            + ", or use --checkpoint: the same command then retries them.");
        }
        if (isGood()) {
            return Optional.of("To publish the others, run the same command without --limit.");
        }
        return Optional.of(
                report.isClean()
                        ? "To publish the others, run the same command again."
                        : "To retry the missing messages, run the same command again. --exclude-id skips a message;"
                                + " --accept-failures accepts all that are missing now.");
    }

    private String exceptions() {
        List<String> exceptions = new ArrayList<>();
        if (report.excluded() > 0) {
            exceptions.add(Text.number(report.excluded()) + " excluded");
        }
        if (report.accepted() > 0) {
            exceptions.add(Text.number(report.accepted()) + " accepted as failed");
        }
        if (report.acceptedFindings() > 0) {
            exceptions.add(Text.count(report.acceptedFindings(), "blob") + " accepted as unreadable");
        }
        return exceptions.isEmpty() ? "" : ", except " + String.join(", ", exceptions);
    }

    private String text(StopReason reason) {
        return switch (reason) {
            case LIMIT -> "at the limit of " + Text.count(report.planned(), "message");
            case FAILURES -> "after " + Text.count(report.failed(), "failure");
            case REQUEST -> "because it was asked to stop";
        };
    }

    void write(JsonGenerator json) throws IOException {
        json.writeBooleanField("dryRun", isPlan);
        json.writeBooleanField("complete", report.isComplete() && report.matched() > 0);
        json.writeStringField("store", store);
        json.writeStringField("target", target);
        json.writeObjectFieldStart("targets");
        for (Map.Entry<String, String> each : targets.entrySet()) {
            json.writeStringField(each.getKey(), each.getValue());
        }
        json.writeEndObject();
        json.writeStringField("filter", filter.toString());
        json.writeNumberField("matched", report.matched());
        json.writeNumberField("published", report.published());
        json.writeNumberField("publishedEarlier", report.publishedBefore());
        json.writeNumberField("duplicates", report.duplicates());
        Findings.repeated(json, "copies", report.copies());
        json.writeNumberField("excluded", report.excluded());
        json.writeNumberField("acceptedAsFailed", report.accepted());
        writeFailures(json);
        json.writeNumberField("notSentYet", report.postponed());
        json.writeNumberField("sameIdCount", report.sameIdCount());
        Findings.repeated(json, "sameId", report.sameId());
        json.writeNumberField("planned", report.planned());
        json.writeNumberField("payloadBytes", report.bytes());
        json.writeStringField(
                "first", report.firstPublishTime().map(Instant::toString).orElse(null));
        json.writeStringField(
                "last", report.lastPublishTime().map(Instant::toString).orElse(null));
        Json.counts(json, "bySource", report.bySource());
        Json.counts(json, "losses", report.losses());
        Json.texts(json, "warnings", report.warnings());
        json.writeNumberField("maybeTwiceCount", report.maybeTwiceCount());
        Json.texts(json, "maybeTwice", report.maybeTwice());
        Findings.write(json, report.findings());
        json.writeNumberField("acceptedFindings", report.acceptedFindings());
        Json.texts(json, "unreadableEarlier", report.unreadableEarlier());
        json.writeStringField("stopped", report.stopped().map(this::text).orElse(null));
    }

    private void writeFailures(JsonGenerator json) throws IOException {
        json.writeNumberField("failed", report.failed());
        json.writeNumberField("heldBack", report.heldBack());
        json.writeNumberField("failedEarlier", report.failedEarlier());
        Json.counts(json, "reasons", report.reasons());
        json.writeArrayFieldStart("causes");
        for (FailedMessage cause : report.causes()) {
            json.writeStartObject();
            json.writeStringField("source", cause.source());
            json.writeStringField("id", cause.id());
            json.writeStringField("place", cause.place());
            json.writeStringField("orderingKey", cause.orderingKey().orElse(null));
            json.writeStringField("reason", cause.reason());
            json.writeNumberField("heldBack", cause.heldBack());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeStringField("failedStore", failedStore);
        json.writeNumberField("failedAndKept", kept);
    }
}
