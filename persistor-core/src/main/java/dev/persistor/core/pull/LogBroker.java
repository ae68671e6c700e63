package dev.persistor.core.pull;

import java.util.List;

/**
 * What a run tells the broker of a log, which keeps what was delivered: how far it got, and nothing else.
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
