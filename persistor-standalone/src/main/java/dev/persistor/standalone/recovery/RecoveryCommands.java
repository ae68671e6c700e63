package dev.persistor.standalone.recovery;

import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;

/** The commands on archives, all of them. Thread-safe. */
public final class RecoveryCommands {

    private RecoveryCommands() {}

    /** Adds them to a command, together with the one that prints a shell's completions. */
    public static void addTo(CommandLine command, Surroundings around) {
        command.addSubcommand(new LsCommand(around))
                .addSubcommand(new CatCommand(around))
                .addSubcommand(new StatCommand(around))
                .addSubcommand(new VerifyCommand(around))
                .addSubcommand(new ReplayCommand(around))
                .addSubcommand(new GenerateCompletion());
    }
}
