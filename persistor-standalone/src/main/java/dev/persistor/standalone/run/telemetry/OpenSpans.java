package dev.persistor.standalone.run.telemetry;

import dev.persistor.core.message.Message;
import io.micrometer.core.instrument.Counter;
import io.opentelemetry.api.trace.Span;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The spans of messages on their way. There are no more than a fixed number: a message beyond them is not traced, and counted. A span that
 * is open for very long gives way, because its message was given back to the broker without a word.
 *
 * <p>Thread-safe.
 */
final class OpenSpans implements AutoCloseable {

    private static final int MOST = 10_000;
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(20);

    /** This very object: equal messages may be on their way at the same time. */
    private record Key(Message message) {
        @Override
        @SuppressWarnings("ReferenceEquality")
        public boolean equals(Object other) {
            return other instanceof Key key && key.message == message;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(message);
        }
    }

    private record Open(Span span, long since) {}

    private final Counter dropped;
    private final Map<Key, Open> spans = new LinkedHashMap<>();

    OpenSpans(Counter dropped) {
        this.dropped = dropped;
    }

    /** Keeps the span of a message, if there is room. */
    synchronized void put(Message message, Span span) {
        if (spans.size() >= MOST && !removeOverdue()) {
            dropped.increment();
        } else {
            spans.put(new Key(message), new Open(span, System.nanoTime()));
        }
    }

    private boolean removeOverdue() {
        Map.Entry<Key, Open> eldest = spans.entrySet().iterator().next();
        boolean isOverdue = System.nanoTime() - eldest.getValue().since() > LONGEST_NANOS;
        if (isOverdue) {
            spans.remove(eldest.getKey());
            eldest.getValue().span().end();
        }
        return isOverdue;
    }

    synchronized Optional<Span> find(Message message) {
        return spans.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(spans.get(new Key(message))).map(Open::span);
    }

    /** Returns the span of a message for the last time. */
    synchronized Optional<Span> remove(Message message) {
        return Optional.ofNullable(spans.remove(new Key(message))).map(Open::span);
    }

    /** Ends them all. */
    @Override
    public synchronized void close() {
        spans.values().forEach(open -> open.span().end());
        spans.clear();
    }
}
