package dev.persistor.standalone.cost;

/**
 * The prices of a storage class.
 *
 * <p>Immutable.
 *
 * @param name what the cloud calls it
 * @param stored a month
 * @param write creating an object
 * @param list a page of names
 * @param read opening an object
 * @param retrieved bytes that are read
 */
record StorageClass(String name, Price stored, Price write, Price list, Price read, Price retrieved) {}
