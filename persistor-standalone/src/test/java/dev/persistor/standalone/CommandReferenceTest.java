package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The reference of commands says what the definitions in the code say. */
class CommandReferenceTest {

    private static final List<String> COMMANDS = List.of(
            "ls", "cat", "stat", "explore", "verify", "replay", "offsets", "compact", "run", "backfill", "cost");

    private static CommandLine command() {
        return PersistorCommand.commandLine(
                new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()), false);
    }

    private static String section(String name) {
        CommandSpec spec =
                Objects.requireNonNull(command().getSubcommands().get(name)).getCommandSpec();
        Stream<ArgSpec> arguments = Stream.concat(spec.positionalParameters().stream(), spec.options().stream())
                .filter(argument ->
                        !(argument instanceof OptionSpec option && (option.usageHelp() || option.versionHelp())));
        return "## persistor " + name + "\n\n"
                + String.join("\n\n", spec.usageMessage().description()) + "\n\n"
                + arguments
                        .map(CommandReferenceTest::row)
                        .collect(Collectors.joining("\n", "| option | means |\n|---|---|\n", "\n"));
    }

    private static String row(ArgSpec argument) {
        return "| " + label(argument).replace("|", "\\|") + " | "
                + String.join(" ", argument.description()).replace("|", "\\|") + " |";
    }

    private static String label(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option)) {
            return "`" + argument.paramLabel() + "`";
        }
        String names = Stream.of(option.names()).map(name -> "`" + name + "`").collect(Collectors.joining(", "));
        if (option.negatable()) {
            return names + ", `" + option.longestName().replace("--", "--no-") + "`";
        }
        return option.arity().max() == 0 ? names : names + " `" + option.paramLabel() + "`";
    }

    @Test
    void eachOptionIsInItWithWhatTheCodeSaysOfIt() throws IOException {
        String reference = Files.readString(Path.of("../docs/commands.md"));
        assertThat(reference)
                .contains(COMMANDS.stream().map(CommandReferenceTest::section).toList());
    }

    @Test
    void eachCommandIsInIt() throws IOException {
        String reference = Files.readString(Path.of("../docs/commands.md"));
        assertThat(command().getSubcommands().keySet())
                .allSatisfy(name -> assertThat(reference).contains("persistor " + name));
    }

    @Test
    void completionsNameEachCommandAndItsOptions() {
        StringWriter out = new StringWriter();
        CommandLine command = PersistorCommand.commandLine(new PrintWriter(out), new PrintWriter(out), false);
        assertThat(command.execute("generate-completion")).isZero();
        assertThat(out.toString()).contains("replay").contains("--checkpoint").contains("--max-failures");
    }
}
