package dev.persistor.azure;

import com.azure.messaging.eventhubs.EventHubConsumerAsyncClient;
import com.azure.messaging.eventhubs.models.Checkpoint;
import com.azure.messaging.eventhubs.models.EventPosition;
import com.azure.messaging.eventhubs.models.PartitionEvent;
import dev.persistor.core.capture.PartitionWriter;
import dev.persistor.core.pull.HandoffQueue;
import dev.persistor.core.pull.LogBroker;
import dev.persistor.core.pull.LogProgress;
import dev.persistor.core.pull.PullException;
import dev.persistor.core.pull.PullSource;
import dev.persistor.core.pull.Received;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/**
 * A hub that is read from where its partitions were last archived to, all that are wanted at the same time. Each has so many
 * events on their way, and gets more as they are taken.
 *
 * <p>Thread-safe.
 */
final class EventHubLog implements PullSource<EventPlace>, LogBroker<EventPlace>, AutoCloseable {

    private final EventHubConsumerAsyncClient client;
    private final PartitionWriter logs;
    private final EventHubIdentity identity;
    private final EventHubEvents events;
    private final EventHubCheckpoints checkpoints;
    private final int prefetch;
    /** Bounded by what the partitions ask for. */
    private final HandoffQueue<EventPlace> arrivals = new HandoffQueue<>(Integer.MAX_VALUE);

    private final EventHubGaps gaps;
    private final Map<String, Partition> partitions = new HashMap<>();
    private final LogProgress<String, EventPlace> progress = new LogProgress<>(EventPlace::partition);

    private EventHubLog(
            EventHubConsumerAsyncClient client,
            String source,
            PartitionWriter logs,
            EventHubCheckpoints checkpoints,
            int prefetch) {
        this.client = client;
        this.logs = logs;
        this.checkpoints = checkpoints;
        this.prefetch = prefetch;
        this.identity = new EventHubIdentity(
                client.getEventHubName(), () -> MessagingClients.await(client.getEventHubProperties()));
        this.events = new EventHubEvents(source, identity.log());
        this.gaps = new EventHubGaps(source, identity, logs);
    }

    /**
     * Begins to read.
     *
     * @param client closed with this
     * @param source the source that messages are filed under
     * @param logs hears of what is lost
     * @param wanted the partitions to read; none stands for all
     * @param prefetch how many events of each partition are on their way at a time
     * @throws PullException if the hub or the checkpoints cannot be reached, or have no such partition
     */
    static EventHubLog open(
            EventHubConsumerAsyncClient client,
            String source,
            PartitionWriter logs,
            EventHubCheckpoints checkpoints,
            Set<String> wanted,
            int prefetch) {
        try {
            EventHubLog log = new EventHubLog(client, source, logs, checkpoints, prefetch);
            log.begin(wanted);
            return log;
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    private void begin(Set<String> wanted) {
        Set<String> there = ids();
        Set<String> read = wanted.isEmpty() ? there : wanted;
        if (!there.containsAll(read)) {
            throw new PullException(
                    "read " + client.getEventHubName() + ": the partitions " + new TreeSet<>(wanted)
                            + " were requested, but the hub has " + there,
                    false,
                    null);
        }
        EventHubCheckpoints.Known archived = checkpoints.read(identity.created());
        archived.before().ifPresent(before -> {
            logs.recreated(events.source(), before, events.log());
            checkpoints.delete(archived.stale());
        });
        for (String id : read) {
            Partition partition = new Partition(id, archived);
            partitions.put(id, partition);
            partition.subscribe();
        }
    }

    private Set<String> ids() {
        try {
            return new TreeSet<>(MessagingClients.await(client.getPartitionIds().collectList()));
        } catch (RuntimeException e) {
            throw AmqpErrors.pullFailed("read " + client.getEventHubName(), e);
        }
    }

    @Override
    public List<Received<EventPlace>> receive(int most, Duration wait) {
        identity.requireSame();
        return arrivals.receive(most, wait);
    }

    @Override
    public void acknowledge(List<EventPlace> deliveries) {
        progress.durable(deliveries).values().forEach(place -> checkpoints.write(place, events.log()));
    }

    @Override
    public void close() {
        arrivals.close();
        partitions.values().forEach(Partition::end);
        client.close();
    }

    /** One partition, from the place on that is next. Its state is that of the thread that receives. */
    private final class Partition {
        private final String id;
        private EventPosition next;
        private @Nullable Reading reading;

        Partition(String id, EventHubCheckpoints.Known archived) {
            this.id = id;
            this.next = archived.of(id).map(Partition::after).orElse(EventPosition.earliest());
            gaps.begin(id, archived.last(id));
        }

        private static EventPosition after(Checkpoint archived) {
            return archived.getOffsetString() == null
                    ? EventPosition.fromSequenceNumber(archived.getSequenceNumber(), false)
                    : EventPosition.fromOffsetString(archived.getOffsetString());
        }

        void subscribe() {
            Reading begun = new Reading(this);
            reading = begun;
            client.receiveFromPartition(id, next).subscribe(begun);
        }

        Received<EventPlace> take(PartitionEvent event) {
            long number = event.getData().getSequenceNumber();
            EventPlace place = new EventPlace(id, number, event.getData().getOffsetString(), 0);
            gaps.pass(id, number);
            next = EventPosition.fromOffsetString(place.offset());
            progress.received(place);
            Reading current = reading;
            if (current != null) {
                current.request(1);
            }
            return events.pulled(place, event.getData());
        }

        /** Reads on from the next event after a failure, which its caller is told. */
        void readOn(Throwable failure) {
            identity.doubt();
            subscribe();
            throw AmqpErrors.pullFailed("read " + client.getEventHubName(), failure);
        }

        void end() {
            if (reading != null) {
                reading.dispose();
            }
        }
    }

    /** Events as they come. */
    private final class Reading extends BaseSubscriber<PartitionEvent> {
        private final Partition partition;

        Reading(Partition partition) {
            this.partition = partition;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            request(prefetch);
        }

        @Override
        protected void hookOnNext(PartitionEvent event) {
            arrivals.deliver(() -> Optional.of(partition.take(event)));
        }

        @Override
        protected void hookOnError(Throwable failure) {
            arrivals.change(() -> partition.readOn(failure));
        }

        @Override
        protected void hookOnComplete() {
            hookOnError(new IllegalStateException("the client ended the reading"));
        }
    }
}
