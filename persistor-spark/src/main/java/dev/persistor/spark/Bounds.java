package dev.persistor.spark;

import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.message.TimeRange;
import java.io.Serializable;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The bounds of a query's messages: a message outside of it is none of the query's. One inside may be none, either.
 *
 * <p>Immutable.
 *
 * @param from the first publish time
 * @param to the first publish time after the last
 * @param sources the sources; null for all
 * @param ids the ids; null for all
 */
record Bounds(
        Instant from,
        Instant to,
        @Nullable Set<String> sources,
        @Nullable Set<String> ids) implements Serializable {

    /** Limits nothing. */
    static final Bounds NONE = new Bounds(TimeRange.ALL.from(), TimeRange.ALL.to(), null, null);

    static Bounds from(Instant first) {
        return new Bounds(first, NONE.to, null, null);
    }

    static Bounds before(Instant end) {
        return new Bounds(NONE.from, end, null, null);
    }

    static Bounds sources(Set<String> sources) {
        return new Bounds(NONE.from, NONE.to, Set.copyOf(sources), null);
    }

    static Bounds ids(Set<String> ids) {
        return new Bounds(NONE.from, NONE.to, null, Set.copyOf(ids));
    }

    /** Returns what limits messages that are inside of both. */
    Bounds and(Bounds other) {
        Instant first = from.isAfter(other.from) ? from : other.from;
        Instant end = to.isBefore(other.to) ? to : other.to;
        return new Bounds(first, end.isBefore(first) ? first : end, both(sources, other.sources), both(ids, other.ids));
    }

    private static @Nullable Set<String> both(@Nullable Set<String> left, @Nullable Set<String> right) {
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        Set<String> both = new HashSet<>(left);
        both.retainAll(right);
        return Set.copyOf(both);
    }

    /** Returns what limits messages that are inside of one or the other. */
    Bounds or(Bounds other) {
        return new Bounds(
                from.isBefore(other.from) ? from : other.from,
                to.isAfter(other.to) ? to : other.to,
                either(sources, other.sources),
                either(ids, other.ids));
    }

    private static @Nullable Set<String> either(@Nullable Set<String> left, @Nullable Set<String> right) {
        if (left == null || right == null) {
            return null;
        }
        Set<String> either = new HashSet<>(left);
        either.addAll(right);
        return Set.copyOf(either);
    }

    /** Tells whether no message is inside. */
    boolean isEmpty() {
        return !from.isBefore(to) || (sources != null && sources.isEmpty()) || (ids != null && ids.isEmpty());
    }

    /** Puts the bounds into a filter; they must not be {@linkplain #isEmpty() empty}. */
    void addTo(MessageFilter.Builder filter) {
        filter.range(new TimeRange(from, to));
        if (sources != null) {
            sources.forEach(filter::source);
        }
        if (ids != null) {
            ids.forEach(filter::id);
        }
    }
}
