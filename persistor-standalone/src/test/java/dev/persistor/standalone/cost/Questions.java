package dev.persistor.standalone.cost;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/** What tests ask, and the prices that they reckon with. Immutable. */
record Questions(Messages messages, Deployment deployment, double ratio, double months) {

    private static final Work WORK = new Work(0.5, 0.08, 20);
    private static final Prices PRICES = read();

    /** A million messages of 1,024 bytes and 176 of attributes, 100 a second, so that they take 10,000 seconds. */
    static Questions million() {
        return new Questions(
                new Messages(1_000_000, 100, 1_024, 176),
                new Deployment(1_000, 8L << 20, Optional.empty(), OptionalInt.empty(), Duration.ofMinutes(10), 4),
                1,
                1);
    }

    Questions of(Messages others) {
        return new Questions(others, deployment, ratio, months);
    }

    Questions batches(int most) {
        return with(new Deployment(
                most,
                deployment.batchBytes(),
                deployment.linger(),
                deployment.concurrency(),
                deployment.pullEvery(),
                deployment.partitions()));
    }

    Questions concurrency(int most) {
        return with(new Deployment(
                deployment.batchMessages(),
                deployment.batchBytes(),
                deployment.linger(),
                OptionalInt.of(most),
                deployment.pullEvery(),
                deployment.partitions()));
    }

    private Questions with(Deployment other) {
        return new Questions(messages, other, ratio, months);
    }

    Questions smallerBy(double factor) {
        return new Questions(messages, deployment, factor, months);
    }

    Questions keptFor(double other) {
        return new Questions(messages, deployment, ratio, other);
    }

    Bills gcp() {
        return gcp("standard");
    }

    Bills gcp(String storage) {
        CloudPrices prices = prices().of(Provider.GCP);
        return GcpBills.of(question(), prices, prices.storage(storage).orElseThrow());
    }

    Bills azure() {
        CloudPrices prices = prices().of(Provider.AZURE);
        return AzureBills.of(question(), prices, prices.storage("hot").orElseThrow());
    }

    private Question question() {
        return new Question(messages, deployment, WORK, ratio, 1, months);
    }

    static Bill way(Bills bills, String mode) {
        return bills.ways().stream()
                .filter(bill -> bill.mode().equals(mode))
                .findFirst()
                .orElseThrow();
    }

    static Prices prices() {
        return PRICES;
    }

    private static Prices read() {
        try (Reader text = new InputStreamReader(
                Objects.requireNonNull(Questions.class.getResourceAsStream("by-hand.yaml")), StandardCharsets.UTF_8)) {
            return PricesFile.read(text, List.of(Provider.values()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
