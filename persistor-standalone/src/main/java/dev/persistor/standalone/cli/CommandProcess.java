package dev.persistor.standalone.cli;

import dev.persistor.core.log.SafeText;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/** Runs a command as a process: each failure is printed as a message, and ends with one of {@link ExitCodes}. Thread-safe. */
public final class CommandProcess {

    private CommandProcess() {}

    /** Runs a command line and ends the process with its exit code. */
    public static void run(Function<CommandContext, CommandLine> command, String... arguments) {
        // From Java 22 on there is a console without a terminal, too; picocli knows the difference.
        boolean onTerminal = Ansi.AUTO.enabled();
        PrintWriter out = new PrintWriter(System.out, true, Charset.defaultCharset());
        PrintWriter err = new PrintWriter(System.err, true, Charset.defaultCharset());
        int code = ExitCodes.ERROR;
        try {
            code = command.apply(CommandContext.ofProcess(out, err, onTerminal)).execute(arguments);
        } finally {
            // Always: after an Error other threads may still be there, and keep the process.
            System.exit(code);
        }
    }

    /** Returns the command line with the streams of a context, and with messages and exit codes for failures. */
    public static CommandLine prepare(CommandLine command, CommandContext context) {
        endWithUsage(command);
        return command.setOut(context.out())
                .setErr(context.err())
                .setParameterExceptionHandler(CommandProcess::refuse)
                .setExecutionStrategy(CommandProcess::execute)
                .setExecutionExceptionHandler(CommandProcess::explain);
    }

    private static void endWithUsage(CommandLine command) {
        command.getCommandSpec().exitCodeOnInvalidInput(ExitCodes.USAGE);
        command.getSubcommands().values().forEach(CommandProcess::endWithUsage);
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
}
