package dev.persistor.standalone.run;

import dev.persistor.core.config.SettingsException;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.thread.DaemonThreads;
import dev.persistor.standalone.cli.CommandContext;
import dev.persistor.standalone.cli.ExitCodes;
import dev.persistor.standalone.cli.Problems;
import dev.persistor.standalone.cli.Text;
import dev.persistor.standalone.run.config.RunConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code persistor run}.
 *
 * <p>Not thread-safe.
 */
@Command(
        name = "run",
        description = {
            "Captures messages from brokers and HTTP, as the configuration file or the environment defines, until"
                    + " it receives SIGTERM.",
            "Exit code: 1 when the process cannot start; 70 when it ran out of memory or a class is missing; 64"
                    + " for a wrong command line or configuration."
        },
        mixinStandardHelpOptions = true)
public final class RunCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

    private final CommandContext context;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The YAML configuration file. Default: the" + " environment variables.")
    private @Nullable Path file;

    @Option(names = "--check", description = "Checks the configuration and exits.")
    private boolean check;

    @Option(names = "--sample", description = "Prints a sample configuration and exits.")
    private boolean sample;

    /** Makes the command. */
    public RunCommand(CommandContext context) {
        this.context = context;
    }

    /** Runs until the process is told to stop, and returns the exit code otherwise. */
    @Override
    public Integer call() throws IOException, InterruptedException {
        if (sample) {
            context.out().print(text("sample.yaml"));
            context.out().flush();
            return ExitCodes.GOOD;
        }
        if (file == null && !RunConfig.isIn(context.environment())) {
            context.err().print(text("explanation.txt"));
            context.err().flush();
            return ExitCodes.USAGE;
        }
        JsonLog.quietClients();
        try {
            RunConfig config = RunConfig.read(Optional.ofNullable(file), context.environment());
            if (check) {
                Service.check(config);
                context.out()
                        .println("Configuration OK: "
                                + Text.count(config.captures().size(), "capture"));
                return ExitCodes.GOOD;
            }
            return run(config);
        } catch (SettingsException e) {
            Problems.print(context.err(), file == null ? "The environment" : file.toString(), e);
            return ExitCodes.USAGE;
        } catch (NoSuchFileException e) {
            context.err().println("File not found: " + e.getFile());
            context.err().println("Try 'persistor run --sample', which prints a sample configuration.");
            return ExitCodes.USAGE;
        } catch (BlobStoreException e) {
            context.err().println("persistor run failed: " + e.getMessage());
            return ExitCodes.FAILED;
        }
    }

    /**
     * A stop waits for held messages as long as the configuration allows. It ends by itself only after an error
     * of the process; then, too, the other captures have this time.
     */
    private static int run(RunConfig config) throws IOException, InterruptedException {
        JsonLog.install(config.log());
        CompletableFuture<Service> started = new CompletableFuture<>();
        if (!closeAtShutdown(started, config.shutdown())) {
            LOG.info("Stopped before anything was started");
            return ExitCodes.GOOD;
        }
        FatalError fatal = start(config, started).fatal();
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> uncaught(thread, failure, fatal));
        // Started before it is needed: without memory there may be no new thread.
        DaemonThreads.start("persistor-halt", () -> haltAfter(fatal, config.shutdown()));
        fatal.await();
        return ExitCodes.ERROR;
    }

    /**
     * Has the process close the service when it is told to stop. This comes before the service starts: a process may be told to stop
     * at any time, and a service that is just starting is closed as well.
     *
     * @return whether the process goes on; false if it was told to stop already
     */
    private static boolean closeAtShutdown(CompletableFuture<Service> started, Duration limit) {
        Thread closing = new Thread(() -> closeWhenStarted(started, limit), "persistor-shutdown");
        try {
            Runtime.getRuntime().addShutdownHook(closing);
            return true;
        } catch (IllegalStateException e) {
            LOG.debug("The process is already stopping", e);
            return false;
        }
    }

    private static void closeWhenStarted(CompletableFuture<Service> started, Duration limit) {
        try {
            started.get(limit.toNanos(), TimeUnit.NANOSECONDS).close();
        } catch (ExecutionException e) {
            LOG.debug("The service did not start, so there is nothing to close", e);
        } catch (TimeoutException e) {
            LOG.warn("The service did not start within {} s; nothing was acknowledged", limit.toSeconds());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Service start(RunConfig config, CompletableFuture<Service> started) throws IOException {
        try {
            Service service = Service.start(config);
            started.complete(service);
            return service;
        } finally {
            // Has no effect on a service that was started.
            started.completeExceptionally(new IllegalStateException("the service did not start"));
        }
    }

    private static void uncaught(Thread thread, Throwable failure, FatalError fatal) {
        if (failure instanceof Error error) {
            fatal.report("Thread " + thread.getName(), error);
        } else {
            LOG.error("Thread {} ended after an unexpected error", thread.getName(), failure);
        }
    }

    /** A process that has met an error may not be able to stop in order, and must not stay for ever. */
    private static void haltAfter(FatalError fatal, Duration limit) {
        try {
            fatal.await();
            TimeUnit.NANOSECONDS.sleep(limit.toNanos());
            Runtime.getRuntime().halt(ExitCodes.ERROR);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String text(String resource) throws IOException {
        try (InputStream text = RunCommand.class.getResourceAsStream(resource)) {
            if (text == null) {
                throw new IllegalStateException(resource + " is missing from the jar");
            }
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
