package dev.persistor.core.pull;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * A broker that is asked for messages, an answer at a time.
 *
 * @param <H> what names a delivery
 */
public interface PullSource<H> {

    /**
     * Asks for messages, and has their deadline begin.
     *
     * @param most how many at most, 1 or more
     * @param wait how long to wait for some, at most
     * @return what there is, maybe nothing
     * @throws PullException if the broker does not answer
     */
    List<Received<H>> receive(int most, Duration wait);

    /**
     * Shows that the broker is there. It is called when a run is about to end since it has heard of no message at all, where
     * {@link #receive} cannot tell a broker that has nothing from one that is not reached. By default its answers do tell.
     *
     * @throws PullException if the broker is not reached
     */
    default void confirm() {}

    /** Returns how many messages the broker has that were not received yet, as far as it tells. May be called at any time. */
    default OptionalLong behind() {
        return OptionalLong.empty();
    }
}
