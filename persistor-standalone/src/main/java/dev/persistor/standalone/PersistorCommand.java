package dev.persistor.standalone;

import dev.persistor.standalone.cli.CommandContext;
import dev.persistor.standalone.cli.CommandProcess;
import dev.persistor.standalone.cli.ExitCodes;
import dev.persistor.standalone.cost.CostCommand;
import dev.persistor.standalone.explore.ExploreCommand;
import dev.persistor.standalone.recovery.RecoveryCommands;
import dev.persistor.standalone.run.BackfillCommand;
import dev.persistor.standalone.run.RunCommand;
import dev.persistor.standalone.run.StayingLogManager;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/**
 * The {@code persistor} command. Its exit code is one of {@link ExitCodes}.
 *
 * <p>Not thread-safe.
 */
@Command(
        name = "persistor",
        description = "Archives every raw message of a pipeline to blob storage, unaltered, and publishes archived"
                + " messages again.",
        mixinStandardHelpOptions = true,
        versionProvider = PersistorCommand.Version.class,
        synopsisSubcommandLabel = "COMMAND")
public final class PersistorCommand {

    private PersistorCommand() {}

    /** Runs the command line and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.setProperty("java.util.logging.manager", StayingLogManager.class.getName());
        CommandProcess.run(PersistorCommand::commandLine, arguments);
    }

    /** Returns the command, which prints where it is told to; on a terminal it may go back in a line. */
    static CommandLine commandLine(PrintWriter out, PrintWriter err, boolean onTerminal) {
        return commandLine(CommandContext.ofProcess(out, err, onTerminal));
    }

    /** Returns the command in a context of the caller's. */
    static CommandLine commandLine(CommandContext context) {
        CommandLine command = new CommandLine(new PersistorCommand());
        command.addSubcommand(new RunCommand(context)).addSubcommand(new BackfillCommand(context));
        command.addSubcommand(new CostCommand(context));
        RecoveryCommands.addTo(command, context);
        command.addSubcommand(new ExploreCommand(context));
        return CommandProcess.prepare(command, context);
    }

    /** Reads what the build wrote down. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            try (InputStream text = PersistorCommand.class.getResourceAsStream("version.txt")) {
                if (text == null) {
                    throw new IllegalStateException("version.txt is missing from the jar");
                }
                return new String[] {new String(text.readAllBytes(), StandardCharsets.UTF_8).strip()};
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
