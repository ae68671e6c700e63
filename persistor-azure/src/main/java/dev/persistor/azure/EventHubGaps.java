package dev.persistor.azure;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of events that the hub no longer had when their turn came: the numbers of a partition grow by one.
 *
 * <p>Not thread-safe.
 */
final class EventHubGaps {

    private static final Logger LOG = LoggerFactory.getLogger(EventHubGaps.class);

    private final String hub;
    private final Map<String, Long> last = new HashMap<>();

    EventHubGaps(String hub) {
        this.hub = hub;
    }

    /** A partition is read behind the last event that is archived, if there is one. */
    void begin(String partition, OptionalLong archived) {
        if (archived.isPresent()) {
            last.put(partition, archived.getAsLong());
        } else {
            last.remove(partition);
        }
    }

    /** An event comes. */
    void pass(String partition, long number) {
        Long before = last.put(partition, number);
        if (before != null && number > before + 1) {
            LOG.error(
                    "{} event(s) of partition {} of {} are lost: the hub kept them no longer, and none of {} to {} was read",
                    number - before - 1,
                    partition,
                    hub,
                    before + 1,
                    number - 1);
        }
    }
}
