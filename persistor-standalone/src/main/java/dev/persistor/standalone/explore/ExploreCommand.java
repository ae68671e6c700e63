package dev.persistor.standalone.explore;

import dev.persistor.core.config.Values;
import dev.persistor.core.log.Causes;
import dev.persistor.standalone.cli.CommandContext;
import dev.persistor.standalone.cli.ExitCodes;
import dev.persistor.standalone.cli.Parsed;
import dev.persistor.standalone.recovery.ArchiveAccess;
import dev.persistor.standalone.recovery.StoreOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code persistor explore}. Not thread-safe. */
@Command(
        name = "explore",
        description = {
            "Serves a page for the browser over an archive: sources and timelines, single messages, the fields of JSON"
                    + " payloads, damage and gaps. Prints the address to open, and runs until Ctrl-C. Writes nothing to the"
                    + " store and publishes nothing.",
            "Exit code: 1 when the command failed, 70 when an error of the process ended it, 64 for a wrong command line."
        },
        mixinStandardHelpOptions = true)
public final class ExploreCommand implements Callable<Integer> {

    private static final int DEFAULT_SECONDS = 60;

    private final CommandContext context;

    @Mixin
    private StoreOptions store = new StoreOptions();

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            converter = Address.class,
            description =
                    "The address at which the page is served, such as 0.0.0.0:8080 for all addresses of the machine;"
                            + " port 0 is a free port. Traffic is not encrypted. Default: 127.0.0.1:0.")
    private InetSocketAddress listen = InetSocketAddress.createUnresolved("127.0.0.1", 0);

    @Option(
            names = "--scan-time",
            paramLabel = "DURATION",
            converter = ScanTime.class,
            description = "How long one search may read before it stops and can be continued, 1s to 10m. Default: 60s.")
    private Duration scanTime = Duration.ofSeconds(DEFAULT_SECONDS);

    /** Makes the command in a context. */
    public ExploreCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        CompletableFuture<Void> failed = new CompletableFuture<>();
        try (ArchiveAccess access = store.access(context);
                ExploreServer server = ExploreServer.start(access, listen, scanTime, failed::completeExceptionally)) {
            context.out().println("Explore " + access.store() + " at " + server.url());
            context.out().println("Press Ctrl-C to stop.");
            context.out().flush();
            failed.get();
            return ExitCodes.GOOD;
        } catch (ExecutionException e) {
            throw Causes.thrown(e);
        }
    }

    /** For the option. */
    static final class Address extends Parsed<InetSocketAddress> {
        Address() {
            super(Address::parse, "HOST:PORT such as 127.0.0.1:8080");
        }

        private static InetSocketAddress parse(String text) {
            int colon = text.lastIndexOf(':');
            int port = Integer.parseInt(text.substring(colon + 1));
            if (colon < 1) {
                throw new IllegalArgumentException("no host");
            }
            return InetSocketAddress.createUnresolved(text.substring(0, colon), port);
        }
    }

    /** For the option. */
    static final class ScanTime extends Parsed<Duration> {

        private static final Duration MOST = Duration.ofMinutes(10);

        ScanTime() {
            super(ScanTime::parse, "a duration from 1s to 10m");
        }

        private static Duration parse(String text) {
            return Optional.of(Values.positiveDuration(text))
                    .filter(time -> time.toSeconds() >= 1 && time.compareTo(MOST) <= 0)
                    .orElseThrow(() -> new IllegalArgumentException("out of range"));
        }
    }
}
