package dev.persistor.core.log;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * Logs failures that repeat while something is away, without a line for each. The first of a kind is logged at once. Those that
 * follow are counted, and the count is logged with the latest of them: after 10 s, then after twice as long each time, up to 2 min.
 * When what failed works again, one line says so. Metrics count each failure as before.
 *
 * <p>Thread-safe.
 */
public final class OutageLog implements AutoCloseable {

    private static final long FIRST_INTERVAL = TimeUnit.SECONDS.toNanos(10);
    private static final long LONGEST_INTERVAL = TimeUnit.MINUTES.toNanos(2);
    /** Kinds come from failures. More than so many in one outage share the last one. */
    private static final int MOST_KINDS = 32;

    private static final String OTHERS = "others";

    private final Logger log;
    private final LongSupplier nanoTime;
    private final Map<Kind, Repeated> failures = new LinkedHashMap<>();
    /** Read without the lock: successes are many, and outages few. */
    private volatile boolean hasFailures;

    private record Kind(String operation, String failure) {}

    /** The state of one kind of failure. Guarded by the log. */
    private static final class Repeated {
        private boolean isOpen;
        private boolean isSaid;
        private long since;
        private long total;
        private long unsaid;
        private long lastLine;
        private long interval;
        private Level level = Level.WARN;
        private String latest = "";
    }

    /** Writes to a logger. */
    public OutageLog(Logger log) {
        this(log, System::nanoTime);
    }

    OutageLog(Logger log, LongSupplier nanoTime) {
        this.log = log;
        this.nanoTime = nanoTime;
    }

    /**
     * Reports a failure.
     *
     * @param operation what failed, in the words of the line that says that it works again, such as {@code Writing to STORE}
     * @param failure the kind of failure, such as the name of an exception's class: kinds are counted apart
     * @param line what to log, whole sentences; asked for only when it is logged or may be
     */
    public synchronized void failed(Level level, String operation, String failure, Supplier<String> line) {
        long now = nanoTime.getAsLong();
        Repeated repeated = failures.computeIfAbsent(kind(operation, failure), kind -> first(now));
        if (!repeated.isOpen) {
            repeated.isOpen = true;
            repeated.isSaid = false;
            repeated.since = now;
            repeated.total = 0;
            repeated.interval = FIRST_INTERVAL;
        }
        repeated.total++;
        repeated.unsaid++;
        repeated.level = level;
        hasFailures = true;
        if (now - repeated.lastLine < repeated.interval) {
            // Kept, for the line that comes later or when the log is closed.
            repeated.latest = line.get();
            return;
        }
        repeated.latest = line.get();
        say(repeated, now);
        if (repeated.total > 1) {
            repeated.interval = Math.min(LONGEST_INTERVAL, 2 * repeated.interval);
        }
    }

    private Kind kind(String operation, String failure) {
        Kind kind = new Kind(operation, failure);
        return failures.size() < MOST_KINDS || failures.containsKey(kind) ? kind : new Kind(operation, OTHERS);
    }

    private static Repeated first(long now) {
        Repeated repeated = new Repeated();
        repeated.lastLine = now - FIRST_INTERVAL;
        return repeated;
    }

    private void say(Repeated repeated, long now) {
        if (repeated.unsaid == 1) {
            log.atLevel(repeated.level).log("{}", repeated.latest);
        } else {
            log.atLevel(repeated.level)
                    .log(
                            "{} more failures of this kind in {} s; the latest: {}",
                            repeated.unsaid,
                            seconds(now - repeated.lastLine),
                            repeated.latest);
        }
        repeated.isSaid = true;
        repeated.unsaid = 0;
        repeated.lastLine = now;
    }

    /** Reports that an operation succeeded: when it had failed before, its outage is over. Cheap when it had not. */
    public void succeeded(String operation) {
        if (hasFailures) {
            endOutage(operation);
        }
    }

    private synchronized void endOutage(String operation) {
        long now = nanoTime.getAsLong();
        long total = 0;
        long longest = 0;
        boolean isSaid = false;
        boolean areOthersOpen = false;
        for (Map.Entry<Kind, Repeated> each : failures.entrySet()) {
            Repeated repeated = each.getValue();
            if (!each.getKey().operation().equals(operation)) {
                areOthersOpen |= repeated.isOpen;
            } else if (repeated.isOpen) {
                repeated.isOpen = false;
                total += repeated.total;
                longest = Math.max(longest, now - repeated.since);
                isSaid |= repeated.isSaid;
                // They are in the total of the line below; of an outage that nothing was said of they wait for the next
                // line.
                repeated.unsaid = repeated.isSaid ? 0 : repeated.unsaid;
            }
        }
        hasFailures = areOthersOpen;
        if (isSaid) {
            log.info("{} works again after {} s and {} failure(s)", operation, seconds(longest), total);
        }
    }

    private static long seconds(long nanos) {
        return TimeUnit.NANOSECONDS.toSeconds(nanos);
    }

    /** Returns the kind of a failure: what caused it, without what is different each time. */
    public static String kindOf(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return cause.getClass().getSimpleName();
    }

    /** Logs what was counted and not logged yet. */
    @Override
    public synchronized void close() {
        long now = nanoTime.getAsLong();
        failures.values().stream().filter(repeated -> repeated.unsaid > 0).forEach(repeated -> say(repeated, now));
        failures.clear();
        hasFailures = false;
    }
}
