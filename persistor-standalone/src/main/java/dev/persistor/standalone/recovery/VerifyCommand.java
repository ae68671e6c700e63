package dev.persistor.standalone.recovery;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.persistor.core.archive.Finding;
import dev.persistor.core.archive.Shard;
import dev.persistor.core.archive.Verification;
import dev.persistor.core.replay.TargetAddress;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.kafka.KafkaGaps;
import dev.persistor.standalone.cli.CommandContext;
import dev.persistor.standalone.cli.ExitCodes;
import dev.persistor.standalone.cli.Json;
import dev.persistor.standalone.cli.Text;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
            "Reads a whole archive, compares checksums and manifests, and reports what is damaged or missing. A deleted"
                    + " blob is visible only as a gap in offsets, where the broker numbers messages, or as missing ids"
                    + " from --manifest. The last line states what was compared. The report also lists copies of"
                    + " messages, different messages that share an id, foreign blobs and quarantined events; these do"
                    + " not change the exit code.",
            "Exit code: 0 when nothing is damaged or missing; 2 when something is; 1 when something could not be"
                    + " read or the command failed; 3 when no message matched (0 with --allow-empty); 64 for a wrong"
                    + " command line."
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
            description = "A text file of expected ids, one on each line. The report names the ids that are missing."
                    + " Default: none.")
    private @Nullable Path manifest;

    @Option(
            names = "--against",
            paramLabel = "TOPIC",
            description =
                    "The captured topic, such as kafka://HOST:PORT[,HOST:PORT...]/TOPIC. Persistor asks its brokers"
                            + " whether they have records at each gap in offsets. If they have, the archive lost them;"
                            + " if not, it is not a gap. Default: no broker is asked.")
    private @Nullable String against;

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private ShardOption shard = new ShardOption();

    @Option(
            names = "--report",
            paramLabel = "STORE",
            description = "Stores the report of this run in this folder or store, for persistor report. Required with"
                    + " --shard; use the same place for all shards. Default: none.")
    private String reports = "";

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    VerifyCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        List<String> expected = manifest == null ? List.of() : expected(manifest);
        Optional<Shard> part = shard.shard(archive, context);
        if (part.isPresent() && reports.isEmpty()) {
            throw archive.wrong(
                    "--shard requires --report, a folder or store that all shards share: persistor report adds up"
                            + " their reports");
        }
        try (KafkaGaps brokers = brokers();
                ReadProgress progress = ReadProgress.in(context);
                OpenArchive open = archive.open(
                                context, until.time(archive), blob -> {}, progress::read, progress::content)
                        .ofShard(part);
                BlobStore kept = reports.isEmpty() ? null : reportStore(part)) {
            progress.count(open);
            Optional<RunReports> report =
                    Optional.ofNullable(kept).map(store -> new RunReports(store, part, context.clock()));
            if (report.isPresent()) {
                report.get().begin("verify", open.store() + ", " + open.filter().ofAllShards());
            }
            Verification read = open.archive().verify(open.filter(), expected);
            progress.clear();
            GapReport gaps =
                    brokers == null ? GapReport.of(read.gaps()) : GapReport.explained(brokers.explain(read.gaps()));
            Verification found = read.withGaps(gaps.gaps());
            Verdict verdict = new Verdict(found, gaps, part);
            if (json) {
                Json.print(context.bytes(), fields -> write(fields, found, gaps));
            } else {
                print(found, gaps, verdict);
            }
            int code = exitCode(open, verdict);
            if (report.isPresent()) {
                report.get().end(code, fields -> write(fields, found, gaps));
            }
            return code;
        }
    }

    private int exitCode(OpenArchive open, Verdict verdict) {
        int code = verdict.exitCode();
        if (code != ExitCodes.GOOD) {
            ArchiveOptions.sayUnexpectedNames(context, open);
            return code;
        }
        Verification found = verdict.found();
        return archive.exitCode(context, open, found.messages(), found.findings());
    }

    private BlobStore reportStore(Optional<Shard> part) {
        try {
            BlobStore store = BlobStores.openChecked(Addresses.store(reports), context.environment());
            RunReports.requireSameNumber(store, part);
            return store;
        } catch (IllegalArgumentException e) {
            throw archive.wrong("Invalid value for option '--report' (STORE): " + e.getMessage());
        }
    }

    /** Opened before the archive is read, so that a wrong address does not cost the time for that. */
    private @Nullable KafkaGaps brokers() {
        if (against == null) {
            return null;
        }
        if (archive.looksIntoMessages()) {
            throw archive.wrong(
                    "--against cannot be used with --id, --key or --attr, because gaps in offsets are then not searched");
        }
        try {
            return KafkaGaps.open(TargetAddress.parse(against).sample(), kafka.environment(context));
        } catch (IllegalArgumentException e) {
            throw archive.wrong("Invalid value for option '--against' (TOPIC): " + e.getMessage());
        }
    }

    private List<String> expected(Path file) {
        try {
            return Files.readAllLines(file).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
        } catch (NoSuchFileException e) {
            throw archive.wrong("Invalid value for option '--manifest' (FILE): file not found: " + file);
        } catch (MalformedInputException e) {
            throw archive.wrong("Invalid value for option '--manifest' (FILE): " + file + " is not UTF-8");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the manifest " + file, e);
        }
    }

    private void print(Verification found, GapReport gaps, Verdict verdict) {
        PrintWriter out = context.out();
        Text.row(out, "blobs", found.blobs());
        Text.row(out, "messages", found.messages());
        Findings.rows(out, found.findings());
        if (manifest != null) {
            Text.rows(out, "missing from the manifest", found.missing().size(), found.missing(), Function.identity());
        }
        if (!found.gapsSought()) {
            Text.row(out, "gaps in offsets", "not searched");
        } else {
            gaps.print(out);
        }
        if (found.withoutPartition() > 0) {
            Text.row(out, "positions not checked", found.withoutPartition());
            out.println("  These messages of Event Hubs Capture have no partition. Set the format of their file"
                    + " names with --capture-format.");
        }
        Text.rows(out, "duplicates", found.duplicateCount(), found.duplicates(), Findings::copy);
        Text.rows(out, "same id, different content", found.sameIdCount(), found.sameId(), Findings::sameId);
        Text.rows(out, "foreign blobs", foreignCount(found), foreign(found), Function.identity());
        Text.row(out, "in quarantine", found.quarantined());
        out.println(verdict.text());
        out.flush();
    }

    /** Those that names and metadata tell, and those of which reading told. */
    private static List<String> foreign(Verification found) {
        return Stream.concat(
                        found.foreign().stream().map(name -> name.value()),
                        Findings.of(Finding.Kind.FOREIGN, found.findings()).stream()
                                .map(Findings::text))
                .toList();
    }

    private static long foreignCount(Verification found) {
        return found.foreignCount()
                + Findings.of(Finding.Kind.FOREIGN, found.findings()).size();
    }

    private static void write(JsonGenerator json, Verification found, GapReport gaps) throws IOException {
        json.writeBooleanField("good", found.isGood());
        json.writeBooleanField("readable", found.isReadable());
        json.writeBooleanField("gapsSought", found.gapsSought());
        json.writeNumberField("blobs", found.blobs());
        json.writeNumberField("messages", found.messages());
        Findings.write(json, found.findings());
        json.writeArrayFieldStart("sources");
        for (Map.Entry<String, Verification.Source> source : found.sources().entrySet()) {
            json.writeStartObject();
            json.writeStringField("source", source.getKey());
            json.writeNumberField("messages", source.getValue().messages());
            json.writeNumberField("withOffset", source.getValue().withOffset());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField("expected", found.expected());
        Json.texts(json, "missing", found.missing());
        gaps.write(json);
        json.writeNumberField("positionsNotChecked", found.withoutPartition());
        json.writeNumberField("duplicateCount", found.duplicateCount());
        Findings.repeated(json, "duplicates", found.duplicates());
        json.writeNumberField("sameIdCount", found.sameIdCount());
        Findings.repeated(json, "sameId", found.sameId());
        json.writeNumberField("foreignCount", foreignCount(found));
        Json.texts(json, "foreign", foreign(found));
        json.writeNumberField("quarantined", found.quarantined());
    }
}
