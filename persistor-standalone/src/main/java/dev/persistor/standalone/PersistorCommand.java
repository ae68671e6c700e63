package dev.persistor.standalone;

import dev.persistor.core.log.SafeText;
import dev.persistor.standalone.cli.CommandContext;
import dev.persistor.standalone.cli.ExitCodes;
import dev.persistor.standalone.cost.CostCommand;
import dev.persistor.standalone.demo.DemoCommand;
import dev.persistor.standalone.recovery.RecoveryCommands;
import dev.persistor.standalone.run.BackfillCommand;
import dev.persistor.standalone.run.RunCommand;
import dev.persistor.standalone.run.StayingLogManager;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The {@code persistor} command. Its exit code is one of {@link ExitCodes}.
 *
 * <p>Not thread-safe.
 */
@Command(
        name = "persistor",
        description = "Archives every raw message of a pipeline to blob storage, unaltered.",
        mixinStandardHelpOptions = true,
        versionProvider = PersistorCommand.Version.class,
        synopsisSubcommandLabel = "COMMAND")
public final class PersistorCommand {

    private PersistorCommand() {}

    /** Runs the command line and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.setProperty("java.util.logging.manager", StayingLogManager.class.getName());
        // From Java 22 on there is a console without a terminal, too; picocli knows the difference.
        boolean onTerminal = Ansi.AUTO.enabled();
        PrintWriter out = new PrintWriter(System.out, true, Charset.defaultCharset());
        PrintWriter err = new PrintWriter(System.err, true, Charset.defaultCharset());
        int code = ExitCodes.ERROR;
        try {
            code = commandLine(out, err, onTerminal).execute(arguments);
        } finally {
            // Always: after an Error other threads may still be there, and keep the process.
            System.exit(code);
        }
    }

    /** Returns the command, which prints where it is told to; on a terminal it may go back in a line. */
    static CommandLine commandLine(PrintWriter out, PrintWriter err, boolean onTerminal) {
        return commandLine(CommandContext.ofProcess(out, err, onTerminal));
    }

    /** Returns the command in a context of the caller's. */
    static CommandLine commandLine(CommandContext context) {
        CommandLine command = new CommandLine(new PersistorCommand())
                .addSubcommand(new DemoCommand(context.out(), context.onTerminal()));
        command.addSubcommand(new RunCommand(context)).addSubcommand(new BackfillCommand(context));
        command.addSubcommand(new CostCommand(context));
        RecoveryCommands.addTo(command, context);
        endWithUsage(command);
        return command.setOut(context.out())
                .setErr(context.err())
                .setParameterExceptionHandler(PersistorCommand::refuse)
                .setExecutionStrategy(PersistorCommand::execute)
                .setExecutionExceptionHandler(PersistorCommand::explain);
    }

    private static void endWithUsage(CommandLine command) {
        command.getCommandSpec().exitCodeOnInvalidInput(ExitCodes.USAGE);
        command.getSubcommands().values().forEach(PersistorCommand::endWithUsage);
    }

    /** An {@link Error} is no failure of the command but of the process, which cannot go on. */
    private static int execute(ParseResult parsed) {
        try {
            return new RunLast().execute(parsed);
        } catch (Error e) {
            List<CommandLine> commands = parsed.asCommandLineList();
            CommandLine last = commands.get(commands.size() - 1);
            String advice = e instanceof OutOfMemoryError
                    ? "; give the JVM more memory, for example with JDK_JAVA_OPTIONS=-Xmx1g"
                    : "; this is a fault of the installation or of Persistor";
            last.getErr().println(last.getCommandSpec().qualifiedName() + " failed: " + e + advice);
            if (!(e instanceof OutOfMemoryError)) {
                e.printStackTrace(last.getErr());
            }
            last.getErr().flush();
            return ExitCodes.ERROR;
        }
    }

    /** Two lines: the whole usage would push the reason off the screen. */
    private static int refuse(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        command.getErr().println(failure.getMessage());
        UnmatchedArgumentException.printSuggestions(failure, command.getErr());
        command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    /** For whoever runs the command the message must do; a stack trace would hide it. */
    private static int explain(Exception failure, CommandLine command, ParseResult parsed) {
        if (failure instanceof IOException && "Broken pipe".equals(failure.getMessage())) {
            // Whoever read the output has seen enough, as head has.
            return ExitCodes.FAILED;
        }
        String reason = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        if (failure instanceof UncheckedIOException && failure.getCause() != null) {
            reason += ": " + failure.getCause();
        }
        command.getErr()
                .println(command.getCommandSpec().qualifiedName() + " failed: " + SafeText.withoutSecrets(reason));
        return ExitCodes.FAILED;
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
