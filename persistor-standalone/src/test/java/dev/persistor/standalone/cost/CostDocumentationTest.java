package dev.persistor.standalone.cost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.standalone.CommandRun;
import dev.persistor.standalone.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of the documentation are what the command prints. */
class CostDocumentationTest {

    private static final Pattern BLOCK =
            Pattern.compile("```text\n\\$ persistor (cost[^\n]*)\n(.*?)```", Pattern.DOTALL);

    @Test
    void eachTableIsWhatTheCommandPrints() throws IOException {
        List<MatchResult> blocks = BLOCK.matcher(Files.readString(Path.of("../docs/cost.md")))
                .results()
                .toList();
        assertThat(blocks).hasSizeGreaterThanOrEqualTo(4);
        CommandRun command = new CommandRun();
        for (MatchResult block : blocks) {
            assertThat(command.run(block.group(1).split(" ", -1)))
                    .as(block.group(1))
                    .isZero();
            assertThat(block.group(2))
                    .as("docs/cost.md, persistor " + block.group(1))
                    .isEqualTo(command.out());
        }
    }

    /** Returns the ways with how many times as much they cost as the export. */
    private static Map<String, Double> timesExport(String... arguments) {
        CommandRun command = new CommandRun();
        assertThat(command.run(Stream.concat(Stream.of("cost", "--json"), Stream.of(arguments))
                        .toArray(String[]::new)))
                .isZero();
        Map<String, Double> times = new HashMap<>();
        for (Object cloud : list(JsonText.object(command.bytesAsText()), "clouds")) {
            for (Object way : list((Map<?, ?>) cloud, "ways")) {
                Map<?, ?> bill = (Map<?, ?>) way;
                times.put(String.valueOf(bill.get("way")), Double.valueOf(String.valueOf(bill.get("timesExport"))));
            }
        }
        return times;
    }

    private static List<?> list(Map<?, ?> of, String name) {
        return (List<?>) Objects.requireNonNull(of.get(name));
    }

    @Test
    void whatItSaysOfGoogleCloudHolds() {
        Map<String, Double> some = timesExport();
        assertThat(some.get("pull")).isBetween(0.9, 0.97);
        assertThat(some.get("push")).isBetween(55.0, 65.0);
        assertThat(some.get("push, batches")).isBetween(9.0, 11.0);
        Map<String, Double> large = timesExport("--size", "64KiB");
        assertThat(large.get("pull")).isBetween(0.89, 0.97);
        assertThat(large.get("push")).isBetween(1.8, 2.3);
        assertThat(large.get("push, batches")).isBetween(0.9, 1.1);
        assertThat(timesExport("--rate", "1/s").get("pull")).isBetween(2.5, 3.5);
        Map<String, Double> many = timesExport("--rate", "1000/s");
        assertThat(many.get("pull")).isBetween(0.9, 0.97);
        assertThat(many.get("container")).isBetween(0.9, 1.2);
    }

    @Test
    void whatItSaysOfAzureHolds() {
        assertThat(List.of("1/s", "10/s", "100/s", "1000/s", "10000/s"))
                .allSatisfy(rate -> assertThat(timesExport("--rate", rate).get("Event Hubs, pull"))
                        .isLessThan(0.6));
        assertThat(timesExport("--rate", "1/s").get("Event Hubs")).isBetween(1.0, 1.5);
        assertThat(timesExport().get("Event Hubs")).isBetween(18.0, 22.0);
    }
}
