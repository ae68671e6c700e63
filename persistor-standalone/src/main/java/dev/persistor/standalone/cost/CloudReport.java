package dev.persistor.standalone.cost;

/**
 * What archiving costs on one cloud.
 *
 * <p>Immutable.
 *
 * @param provider the cloud
 * @param prices the prices that were used
 * @param storage where the objects are kept
 * @param bills the bills
 */
record CloudReport(Provider provider, CloudPrices prices, StorageClass storage, Bills bills) {}
