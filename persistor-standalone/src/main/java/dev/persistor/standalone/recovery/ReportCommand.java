package dev.persistor.standalone.recovery;

import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.standalone.cli.CommandContext;
import dev.persistor.standalone.cli.ExitCodes;
import dev.persistor.standalone.cli.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code persistor report}. Not thread-safe. */
@Command(
        name = "report",
        description = {
            "Adds up the reports of all shards of a replay or a verification, using the last run of each shard,"
                    + " and names the shards that are missing, incomplete or have not ended.",
            "Exit code: 0 when all shards are complete; 1 when a shard is missing, incomplete or has not ended, or the"
                    + " command failed; 2 when a verification found something damaged or missing; 3 when no message"
                    + " matched in any shard (0 with --allow-empty); 64 for a wrong command line."
        },
        mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {

    private final CommandContext context;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            index = "0",
            paramLabel = "STORE",
            description = "The folder or store that holds the reports of the shards: the --checkpoint of replay or the"
                    + " --report of verify.")
    private String store = "";

    @Option(names = "--allow-empty", description = "Exits with 0 instead of 3 when no message matches.")
    private boolean allowEmpty;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    ReportCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        try (BlobStore open = open()) {
            List<ShardRun> shards = ShardRun.all(open);
            if (shards.isEmpty()) {
                context.err()
                        .println(open
                                + " has no reports. Use the --checkpoint of a replay with --shard or in a store, or the"
                                + " --report of a verification.");
                context.err().flush();
                return ExitCodes.FAILED;
            }
            ShardSummary summary = new ShardSummary(shards);
            if (json) {
                Json.print(context.bytes(), summary::write);
            } else {
                summary.print(context.out());
            }
            return summary.exitCode(allowEmpty);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), "Invalid value for parameter 'STORE': " + e.getMessage(), e);
        }
    }

    private BlobStore open() {
        URI address = Addresses.store(store);
        if (!Addresses.hasScheme(store) && !Files.isDirectory(Path.of(store))) {
            throw new IllegalArgumentException("folder not found: " + store);
        }
        return BlobStores.openChecked(address, context.environment());
    }
}
