package dev.persistor.azure;

import com.azure.messaging.eventhubs.EventHubConsumerClient;
import com.azure.messaging.eventhubs.PartitionProperties;
import com.azure.messaging.eventhubs.models.EventPosition;
import com.azure.messaging.eventhubs.models.PartitionEvent;
import dev.persistor.core.archive.OffsetRange;
import dev.persistor.core.pull.LogReader;
import dev.persistor.core.pull.PullException;
import dev.persistor.core.pull.Received;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A hub that is read where it is told to. Not thread-safe. */
final class EventHubLogReader implements LogReader {

    private static final int EVENTS = 300;

    private final EventHubConsumerClient client;
    private final EventHubIdentity identity;
    private final EventHubEvents events;

    /** Reads with a client, which is closed with this, what is filed under a source. */
    EventHubLogReader(EventHubConsumerClient client, String source) {
        this.client = client;
        this.identity = new EventHubIdentity(client.getEventHubName(), client::getEventHubProperties);
        this.events = new EventHubEvents(source, identity.log());
    }

    @Override
    public Optional<Instant> begun() {
        return Optional.of(identity.created());
    }

    @Override
    public Map<Partition, OffsetRange> kept() {
        try {
            Map<Partition, OffsetRange> kept = new HashMap<>();
            for (String id : client.getPartitionIds()) {
                PartitionProperties partition = client.getPartitionProperties(id);
                if (!partition.isEmpty()) {
                    kept.put(
                            new Partition(events.source(), events.log(), id),
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
        List<Received<Long>> messages = new ArrayList<>();
        List<OffsetRange> lost = new ArrayList<>();
        long next = from;
        // No more than there are, or the client waits for others.
        int most = (int) Math.min(EVENTS, last - from + 1);
        try {
            for (PartitionEvent event : client.receiveFromPartition(
                    partition.name(), most, EventPosition.fromSequenceNumber(from, true), wait)) {
                long number = event.getData().getSequenceNumber();
                messages.add(events.pulled(partition.name(), number, number, event.getData()));
                if (number > next) {
                    lost.add(new OffsetRange(next, Math.min(last, number - 1)));
                }
                next = number + 1;
            }
        } catch (RuntimeException e) {
            throw failed(e);
        }
        identity.requireSameNow();
        if (messages.isEmpty()) {
            long begin = begin(partition);
            if (begin > from) {
                lost.add(new OffsetRange(from, Math.min(last, begin - 1)));
                next = begin;
            }
        }
        return new Read(messages, next, lost);
    }

    /** Returns the first sequence number that the hub keeps of a partition, or will give to its next event. */
    private long begin(Partition partition) {
        try {
            PartitionProperties now = client.getPartitionProperties(partition.name());
            return now.isEmpty() ? now.getLastEnqueuedSequenceNumber() + 1 : now.getBeginningSequenceNumber();
        } catch (RuntimeException e) {
            throw failed(e);
        }
    }

    private PullException failed(RuntimeException failure) {
        return AmqpErrors.pullFailed("read " + client.getEventHubName(), failure);
    }

    @Override
    public void close() {
        client.close();
    }
}
