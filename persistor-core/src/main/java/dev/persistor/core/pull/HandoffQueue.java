package dev.persistor.core.pull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An ordered queue from other threads to the receiving thread: deliveries, and changes such as that a partition comes or goes. A
 * change is made by the thread that receives, when all that came before it was handed over and begun with.
 *
 * <p>Thread-safe; one thread receives.
 *
 * @param <H> what names a delivery
 */
public final class HandoffQueue<H> {

    private static final Logger LOG = LoggerFactory.getLogger(HandoffQueue.class);

    /** The interval at which a waiting thread checks its condition. */
    private static final Duration LOOK = Duration.ofMillis(200);

    private sealed interface Arrival<H> {}

    private record Delivered<T, H>(Iterator<T> left, Function<T, Optional<Received<H>>> taken) implements Arrival<H> {

        void addTo(List<Received<H>> pulled, int most) {
            while (pulled.size() < most && left.hasNext()) {
                taken.apply(left.next()).ifPresent(pulled::add);
            }
        }
    }

    private record Changed<H>(Runnable made) implements Arrival<H> {}

    private final BlockingQueue<Arrival<H>> queue;
    /** The state of the thread that receives. */
    private @Nullable Arrival<H> left;

    private volatile boolean closed;

    /** Holds this many collections of deliveries, 1 or more; callers beyond the limit block. */
    public HandoffQueue(int most) {
        this.queue = new LinkedBlockingQueue<>(most);
    }

    /**
     * Brings a delivery.
     *
     * @param taken makes of it what is pulled, when its turn comes; nothing where it is no longer wanted
     */
    public void deliver(Supplier<Optional<Received<H>>> taken) {
        deliverAll(List.of(taken), Supplier::get);
    }

    /**
     * Brings deliveries that came together.
     *
     * @param taken makes of each what is pulled, when its turn comes; nothing where it is no longer wanted
     */
    public <T> void deliverAll(Collection<T> deliveries, Function<T, Optional<Received<H>>> taken) {
        put(new Delivered<>(deliveries.iterator(), taken));
    }

    /**
     * Brings a change.
     *
     * @param made makes it, when its turn comes; what it throws, the caller of {@link #receive} gets
     */
    public void change(Runnable made) {
        put(new Changed<>(made));
    }

    private void put(Arrival<H> arrival) {
        try {
            boolean isPut = false;
            while (!isPut && !closed) {
                isPut = queue.offer(arrival, LOOK.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            // The producer must end; messages that were not handed over are read again.
            Thread.currentThread().interrupt();
        }
    }

    /** Returns deliveries as {@link PullSource#receive} does, and ends before a change that is not the first to come. */
    public List<Received<H>> receive(int most, Duration wait) {
        List<Received<H>> pulled = new ArrayList<>();
        Arrival<H> arrival = first(wait);
        while (arrival != null) {
            if (arrival instanceof Delivered<?, H> delivered) {
                delivered.addTo(pulled, most);
                left = delivered.left().hasNext() ? arrival : null;
            } else if (arrival instanceof Changed<H> changed) {
                if (!pulled.isEmpty()) {
                    left = arrival;
                    return pulled;
                }
                changed.made().run();
            }
            arrival = pulled.size() < most ? queue.poll() : null;
        }
        return pulled;
    }

    private @Nullable Arrival<H> first(Duration wait) {
        Arrival<H> before = left;
        left = null;
        if (before != null) {
            return before;
        }
        if (wait.isZero()) {
            return queue.poll();
        }
        try {
            return queue.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /**
     * Returns the deliveries that wait. Call it when no run receives any more. Changes are made as {@link #receive} makes them; a failure
     * that a change reports ends nothing, because the run is over.
     */
    public List<H> takeLeft() {
        List<H> taken = new ArrayList<>();
        boolean isEmpty = false;
        while (!isEmpty) {
            try {
                List<Received<H>> received = receive(Integer.MAX_VALUE, Duration.ZERO);
                received.forEach(each -> taken.add(each.delivery()));
                isEmpty = received.isEmpty();
            } catch (PullException e) {
                LOG.debug("Reported after the run was over: {}", e.getMessage());
            }
        }
        return taken;
    }

    /** Accepts no more, and releases waiting producers. */
    public void close() {
        closed = true;
    }
}
