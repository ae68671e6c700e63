package dev.persistor.azure;

/**
 * Where an event is in its hub, as one reading of its partition found it.
 *
 * @param partition the partition
 * @param sequenceNumber its number there, which grows by one
 * @param offset the broker's own mark of the place, from which reading can go on
 * @param reading which reading of the partition it is in this process: what an earlier one took is not taken for what this did
 */
record EventPlace(String partition, long sequenceNumber, String offset, long reading) {}
