package dev.persistor.standalone.cost;

/**
 * The cost of objects.
 *
 * <p>Immutable.
 *
 * @param prices what the class of storage costs
 * @param months how long objects are kept
 * @param page how many names a cloud lists in one operation
 */
record Storage(StorageClass prices, double months, double page) {

    /**
     * Returns the bill of a way to archive.
     *
     * @param mode what it is called
     * @param objects how many objects it makes
     * @param broker what the broker takes
     * @param compute what functions or containers cost
     * @param bytes how many bytes the objects have together
     */
    Bill bill(String mode, double objects, double broker, double compute, double bytes) {
        return new Bill(mode, objects, broker, compute, writes(objects), keeping(bytes), reading(objects, bytes));
    }

    /** Returns what creating objects costs. */
    private double writes(double objects) {
        return prices.write().of(objects);
    }

    /** Returns what keeping bytes costs. */
    private double keeping(double bytes) {
        return prices.stored().of(bytes * months);
    }

    /** Returns what it costs to list objects and to read all of them once. */
    private double reading(double objects, double bytes) {
        return prices.list().of(objects / page)
                + prices.read().of(objects)
                + prices.retrieved().of(bytes);
    }
}
