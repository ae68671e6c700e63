package dev.persistor.core.replay;

import dev.persistor.core.archive.ReadOrder;

/** The order in which messages are published again. */
public enum ReplayOrder {

    /** By publish time within each ordering key, many messages at a time: what the broker promised when it had them. */
    KEY(ReadOrder.TIME),

    /** By publish time, each when the target has the one before: slow, and the order of arrival on any target. */
    TIME(ReadOrder.TIME),

    /** As they are read: fast, with no sorting before the first is published. */
    NONE(ReadOrder.NONE);

    private final ReadOrder reading;

    ReplayOrder(ReadOrder reading) {
        this.reading = reading;
    }

    ReadOrder reading() {
        return reading;
    }
}
