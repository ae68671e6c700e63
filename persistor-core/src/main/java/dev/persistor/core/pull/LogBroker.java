package dev.persistor.core.pull;

import java.util.List;

/**
 * Receives the progress of a run for a log, whose broker keeps delivered messages.
 *
 * <p>Implementations are safe for use by many threads.
 *
 * @param <H> what names a delivery; two of one value are one
 */
public interface LogBroker<H> extends PullBroker<H> {

    /** Does nothing: the message stays where it is, and the mark of how far the run got before it. */
    @Override
    default void giveBack(List<H> deliveries) {}

    /** Does nothing: no delivery has a deadline. */
    @Override
    default void extend(List<H> deliveries) {}
}
