package dev.persistor.standalone.recovery;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.persistor.core.archive.Verification;
import dev.persistor.standalone.cli.CommandContext;
import dev.persistor.standalone.cli.ExitCodes;
import dev.persistor.standalone.cli.Json;
import dev.persistor.standalone.cli.Text;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code persistor verify}. Not thread-safe. */
@Command(
        name = "verify",
        description = {
            "Reads all of an archive, compares checksums and manifests, and names what is damaged or missing. It also"
                    + " names copies of messages, different messages that share an id, foreign blobs and quarantined"
                    + " events; these do not change the exit code.",
            "Exit code: 0 when nothing is damaged or missing, 2 when something is, 1 when something could not be read or the"
                    + " command failed, 3 when no message matched (0 with --allow-empty), 64 for a wrong command line."
        },
        mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {

    private final CommandContext context;

    @Mixin
    private ArchiveOptions archive = new ArchiveOptions();

    @Mixin
    private UntilOption until = new UntilOption();

    @Option(
            names = "--manifest",
            paramLabel = "FILE",
            description = "A text file of ids that should be there, one a line; those that are not are named. Default:"
                    + " none.")
    private @Nullable Path manifest;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    VerifyCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        List<String> expected = manifest == null ? List.of() : expected(manifest);
        try (Ticker ticker = Ticker.in(context, "blobs read", 0);
                OpenArchive open = archive.open(context, until.time(archive), () -> {}, ticker::step)) {
            Verification found = open.archive().verify(open.filter(), expected);
            ticker.clear();
            if (json) {
                Json.print(context.bytes(), fields -> write(fields, found));
            } else {
                print(found);
            }
            return found.isGood()
                    ? archive.exitCode(context, open, found.messages(), found.findings())
                    : ExitCodes.FOUND;
        }
    }

    private List<String> expected(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(String::strip).filter(line -> !line.isEmpty()).toList();
        } catch (NoSuchFileException e) {
            throw archive.wrong("Invalid value for option '--manifest' (FILE): there is no file " + file);
        } catch (MalformedInputException e) {
            throw archive.wrong("Invalid value for option '--manifest' (FILE): " + file + " is not UTF-8");
        }
    }

    private void print(Verification found) {
        PrintWriter out = context.out();
        Text.row(out, "blobs", found.blobs());
        Text.row(out, "messages", found.messages());
        Findings.rows(out, found.findings());
        if (manifest != null) {
            Text.rows(out, "missing of the manifest", found.missing().size(), found.missing(), Function.identity());
        }
        Text.rows(out, "gaps in offsets", found.gaps().size(), found.gaps(), VerifyCommand::text);
        Text.rows(out, "duplicates", found.duplicateCount(), found.duplicates(), Findings::copy);
        Text.rows(out, "same id, other content", found.sameIdCount(), found.sameId(), Findings::sameId);
        Text.rows(out, "foreign blobs", found.foreignCount(), found.foreign(), name -> name.value());
        Text.row(out, "in quarantine", found.quarantined());
        out.println(found.isGood() ? "Nothing is damaged or missing." : "The archive is NOT whole.");
        out.flush();
    }

    private static String text(Verification.Gap gap) {
        String offsets =
                gap.first() == gap.last() ? "offset " + gap.first() : "offsets " + gap.first() + " to " + gap.last();
        String log = gap.log().isEmpty() ? "" : " (log " + gap.log() + ")";
        return gap.source() + ", partition " + gap.partition() + log + ": " + offsets;
    }

    private static void write(JsonGenerator json, Verification found) throws IOException {
        json.writeBooleanField("good", found.isGood());
        json.writeNumberField("blobs", found.blobs());
        json.writeNumberField("messages", found.messages());
        Findings.write(json, found.findings());
        Json.texts(json, "missing", found.missing());
        json.writeArrayFieldStart("gaps");
        for (Verification.Gap gap : found.gaps()) {
            json.writeStartObject();
            json.writeStringField("source", gap.source());
            if (!gap.log().isEmpty()) {
                json.writeStringField("log", gap.log());
            }
            json.writeStringField("partition", gap.partition());
            json.writeNumberField("first", gap.first());
            json.writeNumberField("last", gap.last());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField("duplicateCount", found.duplicateCount());
        Findings.repeated(json, "duplicates", found.duplicates());
        json.writeNumberField("sameIdCount", found.sameIdCount());
        Findings.repeated(json, "sameId", found.sameId());
        json.writeNumberField("foreignCount", found.foreignCount());
        Json.texts(
                json,
                "foreign",
                found.foreign().stream().map(name -> name.value()).toList());
        json.writeNumberField("quarantined", found.quarantined());
    }
}
