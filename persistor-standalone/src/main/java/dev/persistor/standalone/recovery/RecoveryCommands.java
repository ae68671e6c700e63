package dev.persistor.standalone.recovery;

import dev.persistor.standalone.cli.CommandContext;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;

/** The commands on archives, and on what is made of them. Thread-safe. */
public final class RecoveryCommands {

    private RecoveryCommands() {}

    /** Adds them to a command, together with the one that prints a shell's completions. */
    public static void addTo(CommandLine command, CommandContext context) {
        command.addSubcommand(new LsCommand(context))
                .addSubcommand(new CatCommand(context))
                .addSubcommand(new StatCommand(context))
                .addSubcommand(new VerifyCommand(context))
                .addSubcommand(new ReplayCommand(context))
                .addSubcommand(new ReportCommand(context))
                .addSubcommand(new OffsetsCommand(context))
                .addSubcommand(new CompactCommand(context))
                .addSubcommand(new GenerateCompletion());
    }
}
