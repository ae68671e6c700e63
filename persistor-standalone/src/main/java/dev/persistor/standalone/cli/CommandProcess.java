package dev.persistor.standalone.cli;

import dev.persistor.core.log.FailureText;
import dev.persistor.core.log.SafeText;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** Runs a command as a process: each failure is printed as a message, and ends with one of {@link ExitCodes}. Thread-safe. */
public final class CommandProcess {

    private static final String VERBOSE = "--verbose";

    private CommandProcess() {}

    /** Runs a command line and ends the process with its exit code. */
    public static void run(Function<CommandContext, CommandLine> command, String... arguments) {
        // From Java 22 on there is a console without a terminal, too; picocli knows the difference.
        boolean onTerminal = Ansi.AUTO.enabled();
        PrintWriter out = new PrintWriter(System.out, true, Charset.defaultCharset());
        PrintWriter err = new PrintWriter(System.err, true, Charset.defaultCharset());
        int code = ExitCodes.ERROR;
        if (!List.of(arguments).contains(VERBOSE)) {
            ClientLogs.silence();
        }
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
        command.getCommandSpec()
                .addOption(OptionSpec.builder(VERBOSE)
                        .type(boolean.class)
                        .arity("0")
                        .scopeType(ScopeType.INHERIT)
                        .description("Also prints the log of the client libraries, and the stack trace of a failure.")
                        .build());
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
                    : "; the installation is damaged, or this is a bug in Persistor";
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

    /** A message says what failed, on what and why; a stack trace would hide it. */
    private static int explain(Exception failure, CommandLine command, ParseResult parsed) {
        if (isClosedPipe(failure)) {
            // The program that read the output has seen enough, as head has.
            return ExitCodes.FAILED;
        }
        command.getErr()
                .println(command.getCommandSpec().qualifiedName() + " failed: "
                        + SafeText.withoutSecrets(reason(failure)));
        if (isVerbose(parsed)) {
            failure.printStackTrace(command.getErr());
        }
        return ExitCodes.FAILED;
    }

    private static boolean isVerbose(ParseResult parsed) {
        return parsed.hasMatchedOption(VERBOSE) || (parsed.hasSubcommand() && isVerbose(parsed.subcommand()));
    }

    private static boolean isClosedPipe(Throwable failure) {
        Throwable cause = failure instanceof UncheckedIOException ? failure.getCause() : failure;
        return cause instanceof IOException && "Broken pipe".equals(cause.getMessage());
    }

    /** Persistor's own messages say it all. The platform's often are a bare path or host name. */
    private static String reason(Exception failure) {
        Throwable cause = failure.getCause();
        if (failure instanceof UncheckedIOException && cause != null) {
            String reason = FailureText.of(cause);
            // Without a text of its own, it has that of its cause.
            return cause.toString().equals(failure.getMessage()) ? reason : failure.getMessage() + ": " + reason;
        }
        if (failure instanceof IOException) {
            return FailureText.of(failure);
        }
        boolean isFault = failure.getMessage() == null
                || failure instanceof NullPointerException
                || failure instanceof IndexOutOfBoundsException
                || failure instanceof ClassCastException;
        return isFault
                ? FailureText.of(failure) + "; this is a bug in Persistor: run it again with " + VERBOSE
                        + " and report the output"
                : String.valueOf(failure.getMessage());
    }
}
