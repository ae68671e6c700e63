package dev.persistor.standalone.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.persistor.core.config.Problem;
import dev.persistor.core.config.SettingsException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PricesFileTest {

    private static final List<Provider> ALL = List.of(Provider.values());

    private static String byHand() throws IOException {
        try (InputStream text = Objects.requireNonNull(PricesFileTest.class.getResourceAsStream("by-hand.yaml"))) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static List<String> problems(String text, List<Provider> wanted) {
        return catchThrowableOfType(SettingsException.class, () -> PricesFile.read(new StringReader(text), wanted))
                .problems()
                .stream()
                .map(Problem::toString)
                .toList();
    }

    private static List<String> problemsOfChanged(String was, String becomes) throws IOException {
        String text = byHand();
        assertThat(text).contains(was);
        return problems(text.replaceFirst(Pattern.quote(was), becomes), ALL);
    }

    @Test
    void theShippedListIsWholeAndEachPriceSaysWhereItIsFrom() throws IOException {
        Prices prices;
        try (Reader text = new InputStreamReader(
                Objects.requireNonNull(CostCommand.class.getResourceAsStream("prices.yaml")), StandardCharsets.UTF_8)) {
            prices = PricesFile.read(text, ALL);
        }
        assertThat(prices.currency()).isEqualTo("USD");
        assertThat(prices.clouds().values().stream()
                        .flatMap(cloud -> Stream.concat(
                                cloud.prices().values().stream(),
                                cloud.classes().stream()
                                        .flatMap(one -> Stream.of(
                                                one.stored(), one.write(), one.list(), one.read(), one.retrieved())))))
                .hasSize(14 + 5 * 6)
                .allSatisfy(price -> {
                    assertThat(URI.create(price.source()).getScheme()).isEqualTo("https");
                    assertThat(price.date()).isNotNull();
                });
    }

    @Test
    void aPriceIsReadWithItsUnit() {
        Prices prices = Questions.prices();
        CloudPrices azure = prices.of(Provider.AZURE);
        assertThat(azure.region()).isEqualTo("eastus");
        // 0.60 USD / 1,000,000 x 5,000,000
        assertThat(azure.price(PriceName.EVENT_GRID_OPERATIONS).of(5_000_000)).isEqualTo(3.0);
    }

    @Test
    void whatIsNotAskedForMayBeMissing() throws IOException {
        String text = byHand();
        Prices prices =
                PricesFile.read(new StringReader(text.substring(0, text.indexOf("azure:"))), List.of(Provider.GCP));
        assertThat(prices.clouds()).containsOnlyKeys(Provider.GCP);
    }

    @Test
    void aCloudThatIsAskedForMustBeThere() throws IOException {
        String text = byHand();
        assertThat(problems(text.substring(0, text.indexOf("azure:")), ALL))
                .containsExactly(
                        "azure is missing; it must have region, prices and storage, unless --cloud names another");
    }

    @Test
    void allProblemsAreToldWithTheirLines() throws IOException {
        String text = byHand().replace("currency: USD", "currencies: USD")
                .replace("price: 40, per: TiB", "price: -40, per: TB")
                .replaceFirst("date: 2026-09-20\\}\n    pubsub-export", "date: yesterday, vat: 20}\n    pubsub-export")
                .replaceFirst("    function-requests: .*\n", "")
                .replace("price: 0.000024, per: vCPU-second, source: a test", "price: 24e-6, per: [1, 2], source: ''");
        assertThat(problems(text, ALL))
                .contains(
                        "line 2: currencies is unknown; use one of currency, gcp, azure",
                        "currency is missing; it must be a name such as USD",
                        "line 6: gcp.prices.pubsub-delivery.vat is unknown; use one of price, per, source,"
                                + " date, region",
                        "line 6: gcp.prices.pubsub-delivery.price is \"-40\"; it must be a number, 0 or more,"
                                + " such as 0.05",
                        "line 6: gcp.prices.pubsub-delivery.per is \"TB\"; it must be one of GiB, KiB, MiB,"
                                + " TiB, with a number"
                                + " before it or without",
                        "line 6: gcp.prices.pubsub-delivery.date is \"yesterday\"; it must be a day such as 2026-01-31",
                        "gcp.prices.function-requests is missing; it must have a price per a number of"
                                + " operations, requests or"
                                + " executions, such as 1000 operations, a source and a date",
                        "line 8: gcp.prices.function-vcpu.price is \"24e-6\"; it must be a number, 0 or more,"
                                + " such as 0.05",
                        "line 8: gcp.prices.function-vcpu.per is not a text; it must be one of vCPU-hour,"
                                + " vCPU-second, with a number"
                                + " before it or without",
                        "line 8: gcp.prices.function-vcpu.source is not a text; it must be where the price is from");
    }

    @Test
    void aPriceThatNothingNeedsIsRefused() throws IOException {
        assertThat(problemsOfChanged("pubsub-export:", "pubsub-exports:"))
                .hasSize(2)
                .anyMatch(problem -> problem.startsWith("line 7: gcp.prices.pubsub-exports is unknown; use one of"))
                .anyMatch(problem -> problem.startsWith("gcp.prices.pubsub-export is missing"));
    }

    @Test
    void aClassOfStorageMustBeWhole() throws IOException {
        assertThat(problemsOfChanged("      retrieved: {price: 0, per: GiB, source: a test, date: 2026-09-20}\n", ""))
                .containsExactly(
                        "gcp.storage.standard.retrieved is missing; it must have a price per one of GiB, KiB, MiB, TiB,"
                                + " with a number before it or without, a source and a date");
    }

    @Test
    void aKeyIsThereOnce() throws IOException {
        assertThat(problemsOfChanged("  region: eastus\n", "  region: eastus\n  region: westus\n"))
                .containsExactly("line 28: region is set twice; first in line 27");
    }

    @Test
    void noClassAtAllIsAProblem() throws IOException {
        String text = byHand();
        assertThat(problems(text.substring(0, text.lastIndexOf("    hot:")) + "    {}\n", ALL))
                .containsExactly("azure.storage names no class; it must name one at least, with the prices of stored,"
                        + " write, list, read,"
                        + " retrieved");
    }

    @Test
    void whatIsNoYamlIsTold() {
        assertThat(problems("currency: USD\ngcp: {prices", ALL))
                .singleElement()
                .satisfies(problem -> assertThat(problem).startsWith("line ").contains("invalid YAML"));
        assertThat(problems("- 1\n", ALL)).contains("line 1: the file must be a map of keys and values");
        assertThat(problems("", ALL)).hasSize(3);
    }
}
