package dev.persistor.azure;

import com.azure.messaging.eventhubs.EventData;
import com.azure.messaging.eventhubs.EventProcessorClient;
import com.azure.messaging.eventhubs.EventProcessorClientBuilder;
import com.azure.messaging.eventhubs.models.CloseContext;
import com.azure.messaging.eventhubs.models.ErrorContext;
import com.azure.messaging.eventhubs.models.EventContext;
import com.azure.messaging.eventhubs.models.EventPosition;
import com.azure.messaging.eventhubs.models.InitializationContext;
import com.azure.messaging.eventhubs.models.PartitionContext;
import dev.persistor.core.Capture;
import dev.persistor.core.LogCapture;
import dev.persistor.core.pull.Feed;
import dev.persistor.core.pull.LogProgress;
import dev.persistor.core.pull.PullBroker;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.PullRun;
import dev.persistor.core.pull.PullSource;
import dev.persistor.core.pull.Pulled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A hub whose partitions Azure's own processor shares out among all processes with the same checkpoints. Partitions come and go;
 * what is read of one is counted anew each time.
 *
 * <p>Thread-safe.
 */
final class EventHubProcessor implements PullSource<EventPlace>, PullBroker<EventPlace> {

    private static final Logger LOG = LoggerFactory.getLogger(EventHubProcessor.class);

    /** So many events wait to be taken, of all partitions together; the threads of the processor wait with the next. */
    private static final int WAITING = 1_000;
    /** How often a thread that waits looks whether it still need do so. */
    private static final Duration LOOK = Duration.ofMillis(200);

    private static final Duration CLOSING = Duration.ofSeconds(10);

    private final LogCapture logs;
    private final EventHubEvents events;
    private final EventHubCheckpoints checkpoints;
    private final EventProcessorClient client;
    private final BlockingQueue<Arrival> arrivals = new ArrayBlockingQueue<>(WAITING);
    private final LogProgress<EventPlace> progress = new LogProgress<>(EventPlace::partition);
    private volatile boolean closed;

    /** The state of the thread that receives. */
    private final EventHubGaps gaps;

    private final Map<String, Reading> readings = new HashMap<>();
    private long begun;
    private @Nullable Arrival left;

    /** One reading of a partition. The processor gives each a context of its own. */
    private record Reading(PartitionContext context, long number) {}

    /** What happens: a partition comes, or goes, an event of it comes, or something has failed. */
    private sealed interface Arrival {}

    private record Begin(PartitionContext context, OptionalLong archived) implements Arrival {}

    private record Event(PartitionContext context, EventData data) implements Arrival {}

    private record End(PartitionContext context) implements Arrival {}

    private record Failure(Throwable cause) implements Arrival {}

    private EventHubProcessor(
            LogCapture logs,
            EventProcessorClientBuilder client,
            EventHubEvents events,
            EventHubCheckpoints checkpoints) {
        this.logs = logs;
        this.events = events;
        this.checkpoints = checkpoints;
        this.gaps = new EventHubGaps(checkpoints.hub());
        this.client = client.initialPartitionEventPosition(partition -> EventPosition.earliest())
                .processPartitionInitialization(this::begin)
                .processPartitionClose(this::end)
                .processEvent(this::arrive)
                .processError(this::fail)
                .buildEventProcessorClient();
    }

    /** Opens a feed whose run goes on writing however long the store fails: what is not written is not past. */
    static Feed feed(
            Capture capture,
            PullLimits limits,
            EventProcessorClientBuilder client,
            EventHubEvents events,
            EventHubCheckpoints checkpoints) {
        LogCapture logs = capture.logs(LogCapture.ENDLESS);
        EventHubProcessor processor = new EventHubProcessor(logs, client, events, checkpoints);
        processor.client.start();
        return Feed.asking(processor, PullRun.start(capture, logs, limits, processor), processor::close);
    }

    private void begin(InitializationContext context) {
        PartitionContext partition = context.getPartitionContext();
        OptionalLong archived = EventHubCheckpoints.sequenceNumber(
                Optional.ofNullable(checkpoints.read().get(partition.getPartitionId())));
        put(new Begin(partition, archived));
    }

    private void end(CloseContext context) {
        put(new End(context.getPartitionContext()));
    }

    private void arrive(EventContext context) {
        if (context.getEventData() != null) {
            put(new Event(context.getPartitionContext(), context.getEventData()));
        }
    }

    private void fail(ErrorContext context) {
        put(new Failure(context.getThrowable()));
    }

    private void put(Arrival arrival) {
        try {
            boolean isPut = false;
            while (!isPut && !closed) {
                isPut = arrivals.offer(arrival, LOOK.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            // The processor ends this reading; the next begins at the checkpoint.
            Thread.currentThread().interrupt();
        }
    }

    /** Ends before a partition comes or goes: what was read before is to be begun with before that. */
    @Override
    public List<Pulled<EventPlace>> receive(int most, Duration wait) {
        List<Pulled<EventPlace>> pulled = new ArrayList<>();
        Arrival arrival = first(wait);
        while (arrival != null) {
            if (arrival instanceof Event event) {
                take(event).ifPresent(pulled::add);
            } else if (pulled.isEmpty()) {
                change(arrival);
            } else {
                left = arrival;
                return pulled;
            }
            arrival = pulled.size() < most ? arrivals.poll() : null;
        }
        return pulled;
    }

    private @Nullable Arrival first(Duration wait) {
        Arrival before = left;
        left = null;
        if (before != null) {
            return before;
        }
        try {
            return arrivals.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private void change(Arrival arrival) {
        if (arrival instanceof Begin begin) {
            beginReading(begin);
        } else if (arrival instanceof End end) {
            endReading(end.context());
        } else if (arrival instanceof Failure failed) {
            throw AmqpErrors.pullFailed("read " + checkpoints.hub(), failed.cause());
        }
    }

    private void beginReading(Begin begin) {
        String partition = begin.context().getPartitionId();
        forget(partition);
        readings.put(partition, new Reading(begin.context(), ++begun));
        gaps.begin(partition, begin.archived());
        LOG.info("Reads partition {} of {}", partition, checkpoints.hub());
    }

    private void endReading(PartitionContext context) {
        if (isCurrent(readings.get(context.getPartitionId()), context)) {
            readings.remove(context.getPartitionId());
            forget(context.getPartitionId());
            LOG.info("Reads partition {} of {} no longer", context.getPartitionId(), checkpoints.hub());
        }
    }

    private void forget(String partition) {
        progress.forget(partition);
        logs.forget(events.source(), partition);
    }

    private Optional<Pulled<EventPlace>> take(Event event) {
        String partition = event.context().getPartitionId();
        Reading reading = readings.get(partition);
        if (reading == null || !isCurrent(reading, event.context())) {
            // Left over from a reading that has ended; who reads now has it too.
            return Optional.empty();
        }
        long number = event.data().getSequenceNumber();
        EventPlace place = new EventPlace(partition, number, event.data().getOffsetString(), reading.number());
        gaps.pass(partition, number);
        progress.received(place);
        return Optional.of(events.pulled(place, event.data()));
    }

    /** Contexts of one partition are equal in all that they say, but each reading has its own. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isCurrent(@Nullable Reading reading, PartitionContext context) {
        return reading != null && reading.context() == context;
    }

    @Override
    public void acknowledge(List<EventPlace> deliveries) {
        progress.durable(deliveries).values().forEach(checkpoints::write);
    }

    /** It stays where it is, and the checkpoint before it. */
    @Override
    public void giveBack(List<EventPlace> deliveries) {}

    /** Nothing has a deadline. */
    @Override
    public void extend(List<EventPlace> deliveries) {}

    private void close() {
        closed = true;
        logs.close();
        client.stop(CLOSING);
    }
}
