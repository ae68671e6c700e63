package dev.persistor.core.pull;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Tracks how far each partition of a log is durable. Later messages may become durable sooner, but no commit may pass one that
 * is not: a commit says that all before it is done.
 *
 * <p>Thread-safe.
 *
 * @param <K> names a partition
 * @param <P> names a place in a partition; its {@code equals} tells places apart
 */
public final class LogProgress<K, P> {

    private static final class Partition<P> {
        private final Deque<P> pending = new ArrayDeque<>();
        /** Offsets that became durable out of order, which is rare. */
        private final Set<P> early = new HashSet<>();

        /** Returns whether this is the turn of what is durable now. */
        boolean isNext(P place) {
            if (place.equals(pending.peekFirst())) {
                return true;
            }
            early.add(place);
            return false;
        }

        /** Takes out the first, and all that is durable behind it, and returns the last of them. */
        P advance() {
            P last = pending.removeFirst();
            while (!pending.isEmpty() && early.remove(pending.getFirst())) {
                last = pending.removeFirst();
            }
            return last;
        }
    }

    private final Function<P, K> partitionOf;
    private final Map<K, Partition<P>> partitions = new HashMap<>();

    /** Knows of no place yet. */
    public LogProgress(Function<P, K> partitionOf) {
        this.partitionOf = partitionOf;
    }

    /** A place is next in its partition: nothing behind it is committed before it is durable. */
    public synchronized void received(P place) {
        partitions
                .computeIfAbsent(partitionOf.apply(place), partition -> new Partition<>())
                .pending
                .addLast(place);
    }

    /**
     * What is at these places is durable.
     *
     * @return for each partition that got further, the last place up to which, and with it, all is durable
     */
    public synchronized Map<K, P> durable(Collection<P> places) {
        Map<K, P> advanced = new LinkedHashMap<>();
        for (P place : places) {
            K name = partitionOf.apply(place);
            Partition<P> partition = partitions.get(name);
            if (partition != null && partition.isNext(place)) {
                advanced.put(name, partition.advance());
            }
        }
        return advanced;
    }

    /** Forgets a partition that another process reads from now on, or that is read again: what comes late of it commits nothing. */
    public synchronized void forget(K partition) {
        partitions.remove(partition);
    }
}
