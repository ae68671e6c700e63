package dev.persistor.azure;

/**
 * Where an event is in its hub.
 *
 * @param partition the partition
 * @param sequenceNumber its number there, which grows by one
 * @param offset the broker's own mark of the place, from which reading can go on
 */
record EventPlace(String partition, long sequenceNumber, String offset) {}
