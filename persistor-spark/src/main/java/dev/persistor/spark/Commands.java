package dev.persistor.spark;

import dev.persistor.standalone.cli.CommandContext;
import dev.persistor.standalone.cli.CommandProcess;
import dev.persistor.standalone.recovery.RecoveryCommands;
import java.io.BufferedReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Runs commands in this process. Thread-safe. */
final class Commands {

    private Commands() {}

    /** Runs a command, and returns its exit code. */
    static int run(List<String> arguments, PrintStream out, PrintStream err) {
        PrintWriter errors = new PrintWriter(err, true, StandardCharsets.UTF_8);
        CommandContext context = new CommandContext(
                new PrintWriter(out, true, StandardCharsets.UTF_8),
                out,
                errors,
                new BufferedReader(new StringReader("")),
                false,
                System.getenv(),
                Clock.systemUTC());
        CommandLine persistor = new CommandLine(CommandSpec.create().name("persistor"));
        RecoveryCommands.addTo(persistor, context);
        int code = CommandProcess.prepare(persistor, context).execute(arguments.toArray(String[]::new));
        errors.flush();
        return code;
    }
}
