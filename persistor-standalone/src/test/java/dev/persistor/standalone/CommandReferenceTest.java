package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
            "ls",
            "cat",
            "stat",
            "explore",
            "verify",
            "replay",
            "report",
            "offsets",
            "compact",
            "run",
            "backfill",
            "cost");

    /** Commands whose common options are in a table of their own, so that the page says each once. */
    private static final List<String> READERS = List.of("ls", "cat", "stat", "verify", "replay", "compact");

    private static final List<String> EXCLUDERS = List.of("ls", "cat", "replay");

    private static CommandLine command() {
        return PersistorCommand.commandLine(
                new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()), false);
    }

    private static CommandSpec spec(String name) {
        return Objects.requireNonNull(command().getSubcommands().get(name)).getCommandSpec();
    }

    private static List<String> rows(String name) {
        CommandSpec spec = spec(name);
        return Stream.concat(spec.positionalParameters().stream(), spec.options().stream())
                .filter(argument ->
                        !(argument instanceof OptionSpec option && (option.usageHelp() || option.versionHelp())))
                .map(CommandReferenceTest::row)
                .toList();
    }

    private static List<String> common(List<String> commands) {
        List<String> common = new ArrayList<>(rows(commands.get(0)));
        commands.forEach(name -> common.retainAll(rows(name)));
        return common;
    }

    private static String table(List<String> rows) {
        return "| option | means |\n|---|---|\n" + String.join("\n", rows) + "\n";
    }

    private static String readerOptions() {
        return "## Options of commands that read an archive\n\n" + table(common(READERS));
    }

    private static String exclusions() {
        List<String> rows = common(EXCLUDERS);
        rows.removeAll(common(READERS));
        return "### Exclusions\n\n" + table(rows);
    }

    private static String section(String name) {
        List<String> rows = new ArrayList<>(rows(name));
        if (READERS.contains(name) || name.equals("explore")) {
            rows.removeAll(common(READERS));
        }
        if (EXCLUDERS.contains(name)) {
            rows.removeAll(common(EXCLUDERS));
        }
        return "## persistor " + name + "\n\n"
                + String.join("\n\n", spec(name).usageMessage().description()) + "\n\n" + table(rows);
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
                .contains(readerOptions(), exclusions())
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
