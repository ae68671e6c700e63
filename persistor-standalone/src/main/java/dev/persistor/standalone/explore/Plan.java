package dev.persistor.standalone.explore;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.ArchiveStatistics;
import dev.persistor.core.message.TimeRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * {@code /api/plan}: what a replay of a query would publish, and the command for it. Nothing is published here.
 *
 * <p>Not thread-safe.
 */
final class Plan implements Scan.Work {

    private static final Pattern NEEDS_NO_QUOTES = Pattern.compile("[A-Za-z0-9_./:=@%+,-]+");

    private final Archive archive;
    private final Query query;
    private final List<String> words;

    /**
     * Makes the work.
     *
     * @param archiveWords the words of a command that name the archive and how its blobs are named
     * @param parameters the filters as they were asked for
     */
    Plan(Archive archive, Query query, List<String> archiveWords, Parameters parameters) {
        this.archive = archive;
        this.query = query;
        this.words = words(query, archiveWords, parameters);
    }

    private static List<String> words(Query query, List<String> archiveWords, Parameters parameters) {
        List<String> words = new ArrayList<>(List.of("persistor", "replay"));
        words.addAll(archiveWords);
        for (String option : List.of("source", "id", "key", "attr", "prefix")) {
            parameters.all(option).forEach(value -> words.add("--" + option + "=" + value));
        }
        TimeRange range = query.filter().range();
        if (!range.from().equals(TimeRange.ALL.from())) {
            words.add("--from=" + range.from());
        }
        if (!range.to().equals(TimeRange.ALL.to())) {
            words.add("--until=" + range.to());
        }
        words.addAll(List.of("--to=TARGET", "--checkpoint=replay.checkpoint", "--dry-run"));
        return words;
    }

    @Override
    public Scan.End run(Scan scan) throws IOException, InterruptedException {
        ArchiveStatistics found = archive.statistics(query.filter());
        scan.send(json -> write(json, found));
        Rows.sendFindings(scan, found.findings());
        return Scan.End.DONE;
    }

    private void write(JsonGenerator json, ArchiveStatistics found) throws IOException {
        json.writeObjectFieldStart("plan");
        json.writeNumberField("messages", found.messages());
        json.writeNumberField("payloadBytes", found.payloadBytes());
        json.writeNumberField("blobs", found.blobs());
        json.writeArrayFieldStart("sources");
        for (Map.Entry<String, ArchiveStatistics.SourceStatistics> source :
                found.sources().entrySet()) {
            json.writeStartObject();
            json.writeStringField("source", source.getKey());
            json.writeNumberField("messages", source.getValue().messages());
            json.writeStringField("first", source.getValue().first().toString());
            json.writeStringField("last", source.getValue().last().toString());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeStringField("command", command());
        json.writeEndObject();
    }

    private String command() {
        return String.join(" ", words.stream().map(Plan::quoted).toList());
    }

    /** Returns a word as a POSIX shell reads it back. */
    static String quoted(String word) {
        return NEEDS_NO_QUOTES.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
