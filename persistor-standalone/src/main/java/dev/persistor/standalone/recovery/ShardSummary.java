package dev.persistor.standalone.recovery;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.persistor.standalone.cli.ExitCodes;
import dev.persistor.standalone.cli.Json;
import dev.persistor.standalone.cli.Text;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The reports of all shards, added up.
 *
 * @param shards one for each shard, at least one
 */
record ShardSummary(List<ShardRun> shards) {

    /** Numbers that are of each shard alone, by their labels. */
    private static final Map<String, String> REPLAY = ordered(
            "matched", "matched",
            "published", "published by the last runs",
            "publishedEarlier", "published earlier",
            "duplicates", "duplicates skipped",
            "excluded", "excluded",
            "acceptedAsFailed", "accepted as failed",
            "failed", "failed",
            "failedEarlier", "failed earlier, not retried",
            "notSentYet", "not sent yet",
            "sameIdCount", "same id, different content");

    private static final Map<String, String> VERIFY = ordered(
            "messages", "messages",
            "duplicateCount", "duplicates",
            "sameIdCount", "same id, different content",
            "positionsNotChecked", "positions not checked");

    private static final String VERIFIED = "verify";

    private static Map<String, String> ordered(String... pairs) {
        Map<String, String> all = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            all.put(pairs[i], pairs[i + 1]);
        }
        return all;
    }

    /** Returns what the shards are of. There is more than one if runs of several commands share the place. */
    Set<String> subjects() {
        return shards.stream()
                .flatMap(shard -> shard.begun().stream())
                .map(begun -> ShardRun.text(begun, "command") + ": " + ShardRun.text(begun, "of"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private boolean isVerification() {
        return subjects().stream().anyMatch(subject -> subject.startsWith(VERIFIED + ":"));
    }

    private Map<String, String> labels() {
        return isVerification() ? VERIFY : REPLAY;
    }

    private long sum(String field) {
        return shards.stream()
                .mapToLong(shard -> ShardRun.number(shard.report(), field))
                .sum();
    }

    private long maybeTwice() {
        return shards.stream().mapToLong(ShardRun::maybeTwice).sum();
    }

    /** Returns what several shards may have found: each once. */
    private List<String> union(String field, Function<Map<String, @Nullable Object>, String> text) {
        Set<String> all = new TreeSet<>();
        for (ShardRun shard : shards) {
            if (shard.report().get(field) instanceof List<?> found) {
                found.forEach(each -> all.add(each instanceof String name ? name : text.apply(fields(each))));
            }
        }
        return new ArrayList<>(all);
    }

    private static Map<String, @Nullable Object> fields(@Nullable Object object) {
        Map<String, @Nullable Object> holder = new HashMap<>();
        holder.put("", object);
        return ShardRun.fields(holder, "");
    }

    /** Blobs that hide messages, with what is wrong. Every shard reads batches, and finds the same in them. */
    private List<String> findings() {
        return union(
                "findings",
                finding -> ShardRun.text(finding, "kind") + ": " + ShardRun.text(finding, "blob") + ": "
                        + ShardRun.text(finding, "reason"));
    }

    private List<String> gaps() {
        return union(
                "gaps",
                gap -> GapReport.text(
                        ShardRun.text(gap, "source"),
                        ShardRun.text(gap, "log"),
                        ShardRun.text(gap, "partition"),
                        ShardRun.number(gap, "first"),
                        ShardRun.number(gap, "last")));
    }

    private boolean isLoss() {
        return shards.stream()
                .anyMatch(shard ->
                        shard.exitCode().filter(code -> code == ExitCodes.FOUND).isPresent());
    }

    boolean isComplete() {
        return subjects().size() == 1 && shards.stream().allMatch(ShardRun::isComplete);
    }

    private boolean hasMatched() {
        return sum(isVerification() ? "messages" : "matched") > 0;
    }

    int exitCode(boolean allowEmpty) {
        if (isLoss()) {
            return ExitCodes.FOUND;
        }
        if (!isComplete()) {
            return ExitCodes.FAILED;
        }
        return hasMatched() || allowEmpty ? ExitCodes.GOOD : ExitCodes.NOTHING_MATCHED;
    }

    void print(PrintWriter out) {
        subjects().forEach(subject -> Text.row(out, "of", Text.safe(subject)));
        Text.row(out, "shards", shards.size());
        shards.stream()
                .filter(shard -> !shard.isComplete())
                .forEach(shard -> out.println("  shard " + shard.shard() + ": " + Text.safe(shard.state())));
        labels().forEach((field, label) -> Text.row(out, label, sum(field)));
        if (isVerification()) {
            Text.rows(out, "gaps in offsets", gaps().size(), gaps(), Function.identity());
            List<String> missing = union("missing", fields -> "");
            Text.rows(out, "missing from the manifest", missing.size(), missing, Function.identity());
        } else {
            Text.row(out, "possibly published twice", maybeTwice());
        }
        Text.rows(out, "blobs not fully read", findings().size(), findings(), Function.identity());
        out.println(verdict());
        out.flush();
    }

    private String verdict() {
        if (subjects().size() > 1) {
            return "NOT complete: the shards belong to different runs. Use a separate place for each command.";
        }
        if (isLoss()) {
            return "The archive is NOT complete.";
        }
        long complete = shards.stream().filter(ShardRun::isComplete).count();
        if (complete < shards.size()) {
            return "NOT complete: " + complete + " of " + Text.count(shards.size(), "shard") + " "
                    + (complete == 1 ? "is" : "are") + " complete. Run the same command for the others again.";
        }
        if (!hasMatched()) {
            return "Nothing matched in any shard.";
        }
        return isVerification()
                ? "Nothing is damaged in any shard. For offsets and --manifest, see the report of each shard."
                : "Complete: all " + Text.count(shards.size(), "shard") + ".";
    }

    void write(JsonGenerator json) throws IOException {
        json.writeBooleanField("complete", isComplete() && hasMatched());
        Json.texts(json, "of", subjects());
        json.writeNumberField("shards", shards.size());
        json.writeArrayFieldStart("notComplete");
        for (ShardRun shard : shards) {
            if (!shard.isComplete()) {
                json.writeStartObject();
                json.writeStringField("shard", shard.shard().toString());
                json.writeStringField("state", shard.state());
                json.writeEndObject();
            }
        }
        json.writeEndArray();
        for (String field : labels().keySet()) {
            json.writeNumberField(field, sum(field));
        }
        if (isVerification()) {
            Json.texts(json, "gaps", gaps());
            Json.texts(json, "missing", union("missing", fields -> ""));
        } else {
            json.writeNumberField("maybeTwiceCount", maybeTwice());
        }
        Json.texts(json, "findings", findings());
    }
}
