package dev.persistor.standalone.cost;

/**
 * The costs of archiving on one cloud.
 *
 * <p>Immutable.
 *
 * @param provider the cloud
 * @param prices the prices that were used
 * @param storage where the objects are kept
 * @param bills the bills
 */
record CloudReport(Provider provider, CloudPrices prices, StorageClass storage, Bills bills) {}
