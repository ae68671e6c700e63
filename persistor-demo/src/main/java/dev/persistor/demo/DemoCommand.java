package dev.persistor.demo;

import dev.persistor.standalone.cli.Choice;
import dev.persistor.standalone.cli.CommandContext;
import dev.persistor.standalone.cli.CommandProcess;
import dev.persistor.standalone.cli.ExitCodes;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code persistor demo}.
 *
 * <p>Not thread-safe.
 */
@Command(
        name = "persistor demo",
        description = {
            "Archives unusual messages through a real function while its storage fails at random,"
                    + " and compares the archive with what was sent.",
            "Exit code: 0 when every message is archived once and unaltered; 1 when not; 64 for a wrong command line."
        },
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class DemoCommand implements Callable<Integer> {

    private static final int MOST_MESSAGES = 100_000;

    private final PrintWriter out;
    private final boolean onTerminal;

    @Option(
            names = "--cloud",
            paramLabel = "CLOUD",
            converter = CloudName.class,
            description = "The cloud whose function runs: ${COMPLETION-CANDIDATES}.")
    private Cloud cloud = Cloud.GCP;

    @Option(
            names = "--messages",
            paramLabel = "N",
            converter = MessageCount.class,
            description = "The number of messages to send, 1 to 100000.")
    private int messages = 1_000;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "The seed of the generated messages; the same seed sends the same messages.")
    private long seed = 1;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description = "The folder for the runs; each run has its own folder in it: run-1, run-2, ...")
    private Path folder = Path.of(".", "demo-runs");

    private DemoCommand(PrintWriter out, boolean onTerminal) {
        this.out = out;
        this.onTerminal = onTerminal;
    }

    /** Runs the command line and ends the process with its exit code. */
    public static void main(String[] arguments) {
        CommandProcess.run(DemoCommand::commandLine, arguments);
    }

    static CommandLine commandLine(CommandContext context) {
        return CommandProcess.prepare(new CommandLine(new DemoCommand(context.out(), context.onTerminal())), context);
    }

    /** Runs the demo and returns the exit code. */
    @Override
    public Integer call() throws IOException, InterruptedException {
        RunFolder run = RunFolder.next(folder);
        out.println("Archiving " + messages + " messages of seed " + seed + " into " + run.path());
        DemoReport report = run(run);
        report.print(out);
        out.println();
        out.println("See what was archived:");
        out.println("  " + run.explore());
        out.flush();
        return report.isExact() ? ExitCodes.GOOD : ExitCodes.FAILED;
    }

    private DemoReport run(RunFolder run) throws IOException, InterruptedException {
        try (DemoCloud started = cloud.start(run, seed)) {
            return new Demo(messages, seed, out, onTerminal).run(started);
        }
    }

    /** For the option. */
    static final class CloudName extends Choice<Cloud> {
        CloudName() {
            super(Cloud.values());
        }
    }

    /** More than these would not fit into memory, where they wait for the comparison. */
    static final class MessageCount implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            // Anything but digits is refused with the same text, so no parser's own is needed.
            int count = value.matches("[0-9]{1,6}") ? Integer.parseInt(value) : 0;
            if (count < 1 || count > MOST_MESSAGES) {
                throw new TypeConversionException(
                        "'" + value + "' is not valid; use a whole number from 1 to " + MOST_MESSAGES);
            }
            return count;
        }
    }
}
