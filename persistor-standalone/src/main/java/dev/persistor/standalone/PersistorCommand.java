package dev.persistor.standalone;

import dev.persistor.standalone.demo.DemoCommand;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParseResult;

/**
 * The {@code persistor} command. Its exit code is 0 when all is well, 1 when it is not, 2 when the command line is wrong.
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
        // From Java 22 on there is a console without a terminal, too; picocli knows the difference.
        boolean onTerminal = Ansi.AUTO.enabled();
        PrintWriter out = new PrintWriter(System.out, true, Charset.defaultCharset());
        PrintWriter err = new PrintWriter(System.err, true, Charset.defaultCharset());
        System.exit(commandLine(out, err, onTerminal).execute(arguments));
    }

    /** Returns the command, which prints where it is told to; on a terminal it may go back in a line. */
    static CommandLine commandLine(PrintWriter out, PrintWriter err, boolean onTerminal) {
        return new CommandLine(new PersistorCommand())
                .addSubcommand(new DemoCommand(out, onTerminal))
                .setOut(out)
                .setErr(err)
                .setExecutionExceptionHandler(PersistorCommand::explain);
    }

    /** For whoever runs the command the message must do; a stack trace would hide it. */
    private static int explain(Exception failure, CommandLine command, ParseResult parsed) {
        String reason = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        command.getErr().println(command.getCommandSpec().qualifiedName() + " failed: " + reason);
        return ExitCode.SOFTWARE;
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
