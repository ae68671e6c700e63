package dev.persistor.core.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gathers elements into batches, one open batch a key, and hands each on when it is full, has waited long enough, or is
 * asked for. Many keys fill at the same time.
 *
 * <p>The lock guards the table of open batches only: batches are handed on outside of it. There is one alarm for each open
 * batch and no thread for any.
 *
 * <p>Thread-safe.
 *
 * @param <K> what elements of one batch have in common
 * @param <E> what is gathered
 */
public final class Batcher<K, E> {

    private final Batching bounds;
    private final Alarm alarm;
    private final LongSupplier nanoTime;
    private final Consumer<Batch<K, E>> handOn;
    private final Object lock = new Object();
    private final Map<K, OpenBatch> open = new LinkedHashMap<>();
    private boolean closed;

    /**
     * Gathers nothing yet.
     *
     * @param bounds how far a batch grows
     * @param linger where alarms ring
     * @param handOn takes batches, called by the threads that add and by the alarm's; returns soon and throws nothing
     */
    public Batcher(Batching bounds, LingerTimer linger, Consumer<Batch<K, E>> handOn) {
        this(bounds, linger, System::nanoTime, handOn);
    }

    /**
     * Returns a batcher whose batches wait for no time to pass, but only until they are full or {@link #flush} is called.
     */
    public static <K, E> Batcher<K, E> withoutLinger(Batching bounds, Consumer<Batch<K, E>> handOn) {
        return new Batcher<>(bounds, (delay, ring) -> () -> {}, System::nanoTime, handOn);
    }

    Batcher(Batching bounds, Alarm alarm, LongSupplier nanoTime, Consumer<Batch<K, E>> handOn) {
        this.bounds = bounds;
        this.alarm = alarm;
        this.nanoTime = nanoTime;
        this.handOn = handOn;
    }

    /** Adds an element of so many bytes to the open batch of its key; it waits there for others. */
    public void add(K key, E element, long bytes) {
        List<Batch<K, E>> full = new ArrayList<>(2);
        synchronized (lock) {
            OpenBatch batch = open.get(key);
            if (batch != null && batch.bytes + bytes > bounds.maxBytes()) {
                full.add(batch.close(FlushCause.BYTES));
                batch = null;
            }
            if (batch == null) {
                batch = new OpenBatch(key);
                open.put(key, batch);
            }
            batch.add(element, bytes);
            if (closed) {
                full.add(batch.close(FlushCause.CLOSED));
            } else if (batch.elements.size() >= bounds.maxMessages()) {
                full.add(batch.close(FlushCause.MESSAGES));
            } else if (batch.bytes >= bounds.maxBytes()) {
                full.add(batch.close(FlushCause.BYTES));
            } else if (batch.elements.size() == 1) {
                batch.setAlarm();
            }
        }
        full.forEach(handOn);
    }

    /** Hands on all open batches now, and each element that is added from now on as a batch of its own. */
    public void close() {
        synchronized (lock) {
            closed = true;
        }
        flush(FlushCause.CLOSED);
    }

    /** Hands on all open batches now. */
    public void flush(FlushCause cause) {
        List<Batch<K, E>> all = new ArrayList<>();
        synchronized (lock) {
            for (OpenBatch batch : List.copyOf(open.values())) {
                all.add(batch.close(cause));
            }
        }
        all.forEach(handOn);
    }

    private void ring(OpenBatch batch) {
        Batch<K, E> due;
        synchronized (lock) {
            if (open.get(batch.key) != batch) {
                return;
            }
            try {
                due = batch.close(FlushCause.LINGER);
            } catch (Error e) {
                // It is still open. Its elements have callers who wait, and this was its only alarm.
                batch.setAlarm();
                throw e;
            }
        }
        handOn.accept(due);
    }

    /** Used under the lock only. */
    private final class OpenBatch {
        private final K key;
        private final List<E> elements = new ArrayList<>();
        private final long openedAt = nanoTime.getAsLong();
        private long bytes;
        private @Nullable Runnable alarmOff;

        OpenBatch(K key) {
            this.key = key;
        }

        void add(E element, long size) {
            elements.add(element);
            bytes += size;
        }

        void setAlarm() {
            alarmOff = alarm.ringAfter(bounds.linger(), () -> ring(this));
        }

        Batch<K, E> close(FlushCause cause) {
            // First, so that a batch for which memory is missing stays open and is not lost.
            Batch<K, E> closing =
                    new Batch<>(key, elements, bytes, cause, Duration.ofNanos(nanoTime.getAsLong() - openedAt));
            open.remove(key, this);
            if (alarmOff != null) {
                alarmOff.run();
            }
            return closing;
        }
    }
}
