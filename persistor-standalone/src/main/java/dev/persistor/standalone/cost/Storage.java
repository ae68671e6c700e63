package dev.persistor.standalone.cost;

/**
 * What objects cost.
 *
 * <p>Immutable.
 *
 * @param prices what the class of storage costs
 * @param months how long objects are kept
 * @param page how many names a cloud lists in one operation
 */
record Storage(StorageClass prices, double months, double page) {

    /** Returns what creating objects costs. */
    double writes(double objects) {
        return prices.write().of(objects);
    }

    /** Returns what keeping bytes costs. */
    double keeping(double bytes) {
        return prices.stored().of(bytes * months);
    }

    /** Returns what it costs to list objects and to read all of them once. */
    double reading(double objects, double bytes) {
        return prices.list().of(objects / page)
                + prices.read().of(objects)
                + prices.retrieved().of(bytes);
    }
}
