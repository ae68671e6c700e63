package dev.persistor.standalone.cost;

import java.util.Map;

/**
 * A list of prices.
 *
 * <p>Immutable.
 *
 * @param currency of all of them
 * @param clouds the clouds that were asked for
 */
record Prices(String currency, Map<Provider, CloudPrices> clouds) {

    Prices {
        clouds = Map.copyOf(clouds);
    }

    CloudPrices of(Provider provider) {
        CloudPrices prices = clouds.get(provider);
        if (prices == null) {
            throw new IllegalStateException("there are no prices of " + provider);
        }
        return prices;
    }
}
