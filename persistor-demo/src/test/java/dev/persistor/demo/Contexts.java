package dev.persistor.demo;

import dev.persistor.standalone.cli.CommandContext;
import java.io.PrintWriter;
import picocli.CommandLine;

/** The command in the context of a test. */
final class Contexts {

    private Contexts() {}

    /** Returns the command, which prints results and errors to one place. */
    static CommandLine commandLine(PrintWriter out) {
        return commandLine(out, out);
    }

    static CommandLine commandLine(PrintWriter out, PrintWriter err) {
        return DemoCommand.commandLine(CommandContext.ofProcess(out, err, false));
    }
}
