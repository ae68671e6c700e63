package dev.persistor.standalone.cost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.standalone.CommandRun;
import dev.persistor.standalone.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CostCommandTest {

    private final CommandRun command = new CommandRun();

    @TempDir
    private Path folder;

    private String byHand() throws IOException {
        Path file = folder.resolve("prices.yaml");
        try (var text = Objects.requireNonNull(CostCommandTest.class.getResourceAsStream("by-hand.yaml"))) {
            Files.write(file, text.readAllBytes());
        }
        return file.toString();
    }

    private static String line(String output, String beginning) {
        return output.lines()
                .filter(line -> line.startsWith(beginning))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aTableTellsEachPart() throws IOException {
        assertThat(command.run("cost", "--prices", byHand(), "--extra", "176")).isZero();
        assertThat(command.out())
                .contains("1,000,000 messages of 1,024 bytes and 176 bytes of attributes, id and time, 100 a"
                        + " second, in USD")
                .contains("gcp: prices of us-central1, as of 2026-09-20 to 2026-09-21; standard storage for 1 month")
                .contains("azure: prices of eastus, as of 2026-09-20 to 2026-09-20; hot storage for 1 month");
        // 5.72 USD are for 10,000 of the 2,628,000 seconds of a month: x 262.8 = 1,503 USD; 5.7185 / 0.0771 = 74.2
        assertThat(line(command.out(), "push ").trim().split(" +", -1))
                .containsExactly(
                        "push", "1,000,000", "0.0437", "0.652", "5", "0.0224", "5.72", "0.405", "1,500", "74.2");
        assertThat(line(command.out(), "Pub/Sub's export")).endsWith(" 1");
        assertThat(command.err()).isEmpty();
    }

    @Test
    void oneCloudIsEnough() throws IOException {
        assertThat(command.run("cost", "--prices", byHand(), "--cloud", "azure"))
                .isZero();
        assertThat(command.out()).contains("Event Hubs Capture").doesNotContain("Pub/Sub");
    }

    @Test
    void jsonIsForScripts() throws IOException {
        assertThat(command.run(
                        "cost",
                        "--prices",
                        byHand(),
                        "--extra",
                        "176",
                        "--cloud",
                        "gcp",
                        "--months",
                        "12",
                        "--storage-class",
                        "nearline",
                        "--json"))
                .isZero();
        Map<String, Object> report = JsonText.object(command.bytesAsText());
        assertThat(report).containsEntry("currency", "USD").containsEntry("monthsKept", 12L);
        Map<?, ?> gcp = objects(report, "clouds").get(0);
        assertThat(gcp.get("storageClass")).isEqualTo("nearline");
        assertThat(gcp.get("pricesFrom")).isEqualTo("2025-01-31");
        Map<?, ?> pull = objects(gcp, "ways").get(2);
        assertThat(pull.get("way")).isEqualTo("pull");
        assertThat(pull.get("objects")).isEqualTo(1_000L);
        // 1,000 x 0.01 USD / 1,000
        assertThat(pull.get("writes")).isEqualTo("0.01");
    }

    private static List<Map<?, ?>> objects(Map<?, ?> of, String name) {
        List<Map<?, ?>> objects = new ArrayList<>();
        ((List<?>) Objects.requireNonNull(of.get(name))).forEach(object -> objects.add((Map<?, ?>) object));
        return objects;
    }

    @Test
    void theSampleDoesAsAFileOfPrices() throws IOException {
        assertThat(command.run("cost", "--sample")).isZero();
        Path file = Files.writeString(folder.resolve("sample.yaml"), command.out());
        assertThat(command.run("cost")).isZero();
        String list = command.out();
        assertThat(command.run("cost", "--prices", file.toString())).isZero();
        assertThat(command.out()).isEqualTo(list);
    }

    @Test
    void theOwnPricesAreReckonedWith() throws IOException {
        Path file = Path.of(byHand());
        Files.writeString(
                file,
                Files.readString(file)
                        .replace("currency: USD", "currency: EUR")
                        .replace("price: 50, per: TiB", "price: 5, per: GiB"));
        assertThat(command.run("cost", "--prices", file.toString(), "--extra", "176"))
                .isZero();
        assertThat(command.out()).contains("in EUR");
        // 1.2 GB / 2^30 x 5 EUR
        assertThat(line(command.out(), "Pub/Sub's export").trim().split(" +", -1)[3])
                .isEqualTo("5.59");
    }

    @Test
    void whatABrokerDoesNotTakeIsSaid() throws IOException {
        assertThat(command.run("cost", "--prices", byHand(), "--size", "512KiB", "--cloud", "azure"))
                .isZero();
        assertThat(command.out())
                .contains("Service Bus does not accept messages larger than 262144 bytes.")
                .contains("Event Hubs Capture");
        assertThat(command.run("cost", "--prices", byHand(), "--size", "16MiB")).isZero();
        assertThat(command.out())
                .contains("Pub/Sub does not accept messages larger than 10000000 bytes.")
                .doesNotContain("x export");
    }

    @Test
    void anExportThatIsFreeIsNotComparedWith() throws IOException {
        Path file = Path.of(byHand());
        Files.writeString(file, Files.readString(file).replaceAll("price: [0-9.]+", "price: 0"));
        assertThat(command.run("cost", "--prices", file.toString())).isZero();
        assertThat(line(command.out(), "Pub/Sub's export").trim().split(" +", -1))
                .containsExactly("Pub/Sub's", "export", "34", "0", "0", "0", "0", "0", "0", "0");
        assertThat(command.run("cost", "--prices", file.toString(), "--json")).isZero();
        assertThat(command.bytesAsText()).doesNotContain("timesExport");
    }

    @Test
    void pricesThatDoNotDoAreRefusedWithAllTheirProblems() throws IOException {
        Path file = Path.of(byHand());
        Files.writeString(
                file,
                Files.readString(file).replace("price: 40,", "price: forty,").replace("currency: USD\n", ""));
        assertThat(command.run("cost", "--prices", file.toString())).isEqualTo(64);
        assertThat(command.err())
                .contains("The command line with " + file + " has 2 errors:")
                .contains("currency is missing")
                .contains("gcp.prices.pubsub-delivery.price is \"forty\"; it must be a number, 0 or more");
        assertThat(command.out()).isEmpty();
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThat(command.run("cost", "--prices", "no-such-file.yaml")).isEqualTo(64);
        assertThat(command.err()).contains("File not found: no-such-file.yaml", "persistor cost --sample");
    }

    @Test
    void aFileThatIsNoTextIsAFailure() throws IOException {
        Path file = Files.write(folder.resolve("binary.yaml"), new byte[] {'a', ':', ' ', (byte) 0xFF});
        assertThat(command.run("cost", "--prices", file.toString())).isEqualTo(1);
        assertThat(command.err()).contains("persistor cost failed: ").contains("not UTF-8 text");
    }

    @Test
    void aClassThatNoCloudHasIsRefused() throws IOException {
        assertThat(command.run("cost", "--prices", byHand(), "--storage-class", "hot", "--storage-class", "glacier"))
                .isEqualTo(64);
        assertThat(command.err()).contains("--storage-class is \"glacier\"; it must be one of standard, nearline, hot");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "--size -1 | '-1' is not valid; use a size, more than 0, such as 512, 4KiB or 8MiB",
                "--size 0 | '0' is not valid",
                "--extra x | 'x' is not valid; use a size such as 0, 512 or 4KiB",
                "--cloud aws | 'aws' is not valid; use one of [gcp, azure, both]",
                "--messages 0 | '0' is not valid; use a whole number from 1 to 999999999999999",
                "--rate 0/s | '0/s' is not valid; use a number of messages",
                "--batch 0 | '0' is not valid; use a whole number from 1 to 999999",
                "--compression-ratio 0.5 | '0.5' is not valid; use a number, 1 or more, such as 3.5",
                "--months 0 | '0' is not valid; use a number, more than 0, such as 0.5 or 12",
                "--kib-ms NaN | 'NaN' is not valid",
                "--linger 0s | '0s' is not valid; use a duration such as 250ms, 30s or 10m",
                "--price x | Unknown options: '--price', 'x'",
            })
    void aWrongCommandLineIsExplained(String line, String reason) {
        String[] arguments = ("cost " + line).split(" ", -1);
        assertThat(command.run(arguments)).isEqualTo(64);
        assertThat(command.err()).contains(reason);
        assertThat(command.out()).isEmpty();
    }
}
