package dev.persistor.azure;

import com.azure.messaging.eventhubs.EventHubConsumerClient;
import com.azure.messaging.eventhubs.PartitionProperties;
import com.azure.messaging.eventhubs.models.EventPosition;
import com.azure.messaging.eventhubs.models.PartitionEvent;
import dev.persistor.core.archive.OffsetRange;
import dev.persistor.core.pull.LogReader;
import dev.persistor.core.pull.PullException;
import dev.persistor.core.pull.Pulled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A hub that is read where it is told to. Not thread-safe. */
final class EventHubLogReader implements LogReader {

    private static final int EVENTS = 300;

    private final EventHubConsumerClient client;
    private final EventHubEvents events;

    EventHubLogReader(EventHubConsumerClient client, EventHubEvents events) {
        this.client = client;
        this.events = events;
    }

    @Override
    public Map<Partition, OffsetRange> kept() {
        try {
            Map<Partition, OffsetRange> kept = new HashMap<>();
            for (String id : client.getPartitionIds()) {
                PartitionProperties partition = client.getPartitionProperties(id);
                if (!partition.isEmpty()) {
                    kept.put(
                            new Partition(events.source(), "", id),
                            new OffsetRange(
                                    partition.getBeginningSequenceNumber(), partition.getLastEnqueuedSequenceNumber()));
                }
            }
            return kept;
        } catch (RuntimeException e) {
            throw failed(e);
        }
    }

    @Override
    public Read read(Partition partition, long from, long last, Duration wait) {
        List<Pulled<Long>> messages = new ArrayList<>();
        long next = from;
        // No more than there are, or the client waits for others.
        int most = (int) Math.min(EVENTS, last - from + 1);
        try {
            for (PartitionEvent event : client.receiveFromPartition(
                    partition.name(), most, EventPosition.fromSequenceNumber(from, true), wait)) {
                long number = event.getData().getSequenceNumber();
                messages.add(events.pulled(partition.name(), number, number, event.getData()));
                next = number + 1;
            }
        } catch (RuntimeException e) {
            throw failed(e);
        }
        return new Read(messages, next, List.of());
    }

    private PullException failed(RuntimeException failure) {
        return AmqpErrors.pullFailed("read " + client.getEventHubName(), failure);
    }

    @Override
    public void close() {
        client.close();
    }
}
