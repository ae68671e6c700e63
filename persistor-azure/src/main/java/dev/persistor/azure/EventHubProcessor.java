package dev.persistor.azure;

import com.azure.messaging.eventhubs.EventData;
import com.azure.messaging.eventhubs.EventHubConsumerClient;
import com.azure.messaging.eventhubs.EventProcessorClient;
import com.azure.messaging.eventhubs.UnalteredEventProcessorBuilder;
import com.azure.messaging.eventhubs.models.CloseContext;
import com.azure.messaging.eventhubs.models.ErrorContext;
import com.azure.messaging.eventhubs.models.EventContext;
import com.azure.messaging.eventhubs.models.EventPosition;
import com.azure.messaging.eventhubs.models.InitializationContext;
import com.azure.messaging.eventhubs.models.PartitionContext;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.capture.PartitionWriter;
import dev.persistor.core.pull.Feed;
import dev.persistor.core.pull.HandoffQueue;
import dev.persistor.core.pull.LogBroker;
import dev.persistor.core.pull.LogProgress;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.PullRun;
import dev.persistor.core.pull.PullSource;
import dev.persistor.core.pull.Received;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A hub whose partitions Azure's own processor shares out among all processes with the same checkpoints. Partitions come and go;
 * what is read of one is counted anew each time.
 *
 * <p>Thread-safe.
 */
final class EventHubProcessor implements PullSource<EventPlace>, LogBroker<EventPlace> {

    private static final Logger LOG = LoggerFactory.getLogger(EventHubProcessor.class);

    /** So many events wait to be taken, of all partitions together; the threads of the processor wait with the next. */
    private static final int WAITING = 1_000;

    private static final Duration CLOSING = Duration.ofSeconds(10);

    private final PartitionWriter logs;
    private final EventHubEvents events;
    private final EventHubCheckpoints checkpoints;
    private final EventProcessorClient client;
    private final EventHubConsumerClient asked;
    private final EventHubIdentity identity;
    private final HandoffQueue<EventPlace> arrivals = new HandoffQueue<>(WAITING);
    private final LogProgress<String, EventPlace> progress = new LogProgress<>(EventPlace::partition);

    /** The state of the thread that receives. */
    private final EventHubGaps gaps;

    private final Map<String, Reading> readings = new HashMap<>();
    private long begun;

    /** One reading of a partition. The processor gives each a context of its own. */
    private record Reading(PartitionContext context, long number) {}

    private EventHubProcessor(
            PartitionWriter logs,
            UnalteredEventProcessorBuilder client,
            EventHubConsumerClient asked,
            EventHubIdentity identity,
            EventHubEvents events,
            EventHubCheckpoints checkpoints) {
        this.logs = logs;
        this.asked = asked;
        this.identity = identity;
        this.events = events;
        this.checkpoints = checkpoints;
        this.gaps = new EventHubGaps(events.source(), identity, logs);
        this.client = client.initialPartitionEventPosition(partition -> EventPosition.earliest())
                .build(this::begin, this::arrive, this::end, this::fail);
    }

    /**
     * Opens a feed whose run goes on writing however long the store fails: what is not written is not past.
     *
     * @param asked tells of the hub; closed with the feed
     * @param identity the identity of the hub, which the client's checkpoints are of
     */
    static Feed feed(
            Capture capture,
            PullLimits limits,
            UnalteredEventProcessorBuilder client,
            EventHubConsumerClient asked,
            EventHubIdentity identity,
            EventHubCheckpoints checkpoints) {
        PartitionWriter logs = capture.partitions(PartitionWriter.ENDLESS);
        try {
            String source = capture.source().orElse(checkpoints.hub());
            EventHubCheckpoints.Known known = checkpoints.read(identity.created());
            known.before().ifPresent(before -> {
                logs.recreated(source, before, identity.log());
                checkpoints.delete(known.stale());
            });
            EventHubProcessor processor = new EventHubProcessor(
                    logs, client, asked, identity, new EventHubEvents(source, identity.log()), checkpoints);
            processor.client.start();
            return Feed.asking(
                    processor, PullRun.of(capture, limits, processor).logs(logs).start(), processor::close);
        } catch (RuntimeException e) {
            logs.close();
            throw e;
        }
    }

    private void begin(InitializationContext context) {
        PartitionContext partition = context.getPartitionContext();
        OptionalLong archived = checkpoints.read(identity.created()).last(partition.getPartitionId());
        arrivals.change(() -> beginReading(partition, archived));
    }

    private void end(CloseContext context) {
        arrivals.change(() -> endReading(context.getPartitionContext()));
    }

    private void arrive(EventContext context) {
        if (context.getEventData() != null) {
            arrivals.deliver(() -> take(context.getPartitionContext(), context.getEventData()));
        }
    }

    private void fail(ErrorContext context) {
        arrivals.change(() -> {
            throw AmqpErrors.pullFailed("read " + checkpoints.hub(), context.getThrowable());
        });
    }

    @Override
    public List<Received<EventPlace>> receive(int most, Duration wait) {
        identity.requireSame();
        return arrivals.receive(most, wait);
    }

    private void beginReading(PartitionContext context, OptionalLong archived) {
        String partition = context.getPartitionId();
        forget(partition);
        // The processor may have connected again, to another hub.
        identity.requireSameNow();
        readings.put(partition, new Reading(context, ++begun));
        gaps.begin(partition, archived);
        LOG.info("Reading partition {} of {}", partition, checkpoints.hub());
    }

    private void endReading(PartitionContext context) {
        if (isCurrent(readings.get(context.getPartitionId()), context)) {
            readings.remove(context.getPartitionId());
            forget(context.getPartitionId());
            LOG.info("Stopped reading partition {} of {}", context.getPartitionId(), checkpoints.hub());
        }
    }

    private void forget(String partition) {
        progress.forget(partition);
        logs.forget(events.source(), events.log(), partition);
    }

    private Optional<Received<EventPlace>> take(PartitionContext context, EventData event) {
        String partition = context.getPartitionId();
        Reading reading = readings.get(partition);
        if (reading == null || !isCurrent(reading, context)) {
            // Left over from a reading that has ended; who reads now has it too.
            return Optional.empty();
        }
        long number = event.getSequenceNumber();
        EventPlace place = new EventPlace(partition, number, event.getOffsetString(), reading.number());
        gaps.pass(partition, number);
        progress.received(place);
        return Optional.of(events.pulled(place, event));
    }

    /** Contexts of one partition are equal in all that they say, but each reading has its own. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isCurrent(@Nullable Reading reading, PartitionContext context) {
        return reading != null && reading.context() == context;
    }

    @Override
    public void acknowledge(List<EventPlace> deliveries) {
        progress.durable(deliveries).values().forEach(place -> checkpoints.write(place, events.log()));
    }

    private void close() {
        arrivals.close();
        logs.close();
        client.stop(CLOSING);
        asked.close();
    }
}
