package dev.persistor.standalone.cost;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The prices of one cloud.
 *
 * <p>Immutable.
 *
 * @param region where they hold
 * @param prices all but those of storage
 * @param classes the classes of storage, the one that is taken unless another is named first
 */
record CloudPrices(String region, Map<PriceName, Price> prices, List<StorageClass> classes) {

    CloudPrices {
        prices = Map.copyOf(prices);
        classes = List.copyOf(classes);
    }

    Price price(PriceName name) {
        Price price = prices.get(name);
        if (price == null) {
            throw new IllegalStateException("there is no price of " + name);
        }
        return price;
    }

    Optional<StorageClass> storage(String name) {
        return classes.stream().filter(one -> one.name().equals(name)).findFirst();
    }

    /** Returns when the price that was known first was known, as far as a class of storage needs them. */
    LocalDate first(StorageClass storage) {
        return dates(storage).min(LocalDate::compareTo).orElseThrow();
    }

    /** Returns when the price that was known last was known, as far as a class of storage needs them. */
    LocalDate last(StorageClass storage) {
        return dates(storage).max(LocalDate::compareTo).orElseThrow();
    }

    private Stream<LocalDate> dates(StorageClass storage) {
        return Stream.concat(
                        prices.values().stream(),
                        Stream.of(
                                storage.stored(), storage.write(), storage.list(), storage.read(), storage.retrieved()))
                .map(Price::date);
    }
}
