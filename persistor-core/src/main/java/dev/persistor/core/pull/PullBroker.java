package dev.persistor.core.pull;

import java.util.List;

/**
 * Answers the broker about deliveries. Each call waits until the broker has the answer, or some seconds have passed: it ends by
 * itself. Lists are of any length, and not empty.
 *
 * <p>Implementations are safe for use by many threads.
 *
 * @param <H> what names a delivery; two of one value are one
 */
public interface PullBroker<H> {

    /**
     * The messages are durable.
     *
     * @throws PullException if the broker may not know; it then delivers again, and the messages are found
     */
    void acknowledge(List<H> deliveries);

    /**
     * The messages are to be delivered again, at once.
     *
     * @throws PullException if the broker may not know; it then delivers again when their deadline passes
     */
    void giveBack(List<H> deliveries);

    /**
     * The messages are still held: they get their whole deadline from now on.
     *
     * @throws PullException if the broker may not know
     */
    void extend(List<H> deliveries);
}
