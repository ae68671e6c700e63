package dev.persistor.standalone.cost;

/**
 * The cost of one way to archive.
 *
 * <p>Immutable.
 *
 * @param mode what it is called
 * @param objects how many objects there are
 * @param broker what the broker takes for delivering the messages once more
 * @param compute what functions or containers cost
 * @param writes what creating the objects costs
 * @param storage what keeping them costs
 * @param replay what reading all of them once costs, which is not in the total
 */
record Bill(String mode, double objects, double broker, double compute, double writes, double storage, double replay) {

    /** Returns what it costs until the messages are archived and have been kept. */
    double total() {
        return broker + compute + writes + storage;
    }

    /** Returns how many times as much this is as another. */
    double times(Bill other) {
        return total() / other.total();
    }
}
