package dev.persistor.azure;

import dev.persistor.core.capture.PartitionWriter;
import dev.persistor.core.write.LostOffsets;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Reports events that the hub no longer had when their turn came: the numbers of a partition grow by one.
 *
 * <p>Not thread-safe.
 */
final class EventHubGaps {

    private final String source;
    private final EventHubIdentity identity;
    private final PartitionWriter logs;
    private final Map<String, Long> last = new HashMap<>();

    /**
     * Knows of no partition yet.
     *
     * @param logs hears of what is lost
     */
    EventHubGaps(String source, EventHubIdentity identity, PartitionWriter logs) {
        this.source = source;
        this.identity = identity;
        this.logs = logs;
    }

    /** A partition is read behind the last event that is archived, if there is one. */
    void begin(String partition, OptionalLong archived) {
        if (archived.isPresent()) {
            last.put(partition, archived.getAsLong());
        } else {
            last.remove(partition);
        }
    }

    /**
     * Compares the number of an event with the one that is expected. A number that is not expected may be one of another hub, so
     * the hub is asked before a loss is reported.
     *
     * @throws dev.persistor.core.pull.PullException if the hub was created again, or gives no answer
     */
    void pass(String partition, long number) {
        Long before = last.put(partition, number);
        if (before == null || number == before + 1) {
            return;
        }
        identity.requireSameNow();
        if (number > before) {
            logs.lost(new LostOffsets(
                    source,
                    identity.log(),
                    partition,
                    before + 1,
                    number - 1,
                    "The hub deleted them before they were read: its retention is shorter than the time during which"
                            + " Persistor did not read"));
        }
    }
}
