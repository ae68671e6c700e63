package dev.persistor.core.pull;

import dev.persistor.core.capture.Archived;
import dev.persistor.core.message.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The deliveries of a run whose outcome the broker does not know yet, and the counts of all that the run received.
 *
 * <p>Not thread-safe: guarded by its run.
 *
 * @param <H> what names a delivery
 */
final class HeldDeliveries<H> {

    private final PullLimits limits;
    /**
     * Since when each is held, in nanoseconds, with those that were refused, in the order in which they came. Each is one of its
     * own, whatever names it: offsets of two partitions can be equal.
     */
    private final Map<Received<H>, Long> held = new LinkedHashMap<>();
    /** They would come again at once if they were given back before the run ends. */
    private final Set<Received<H>> refused = new LinkedHashSet<>();

    private int underWay;
    private long bytesUnderWay;
    private long received;
    private long persisted;
    private long alreadyThere;
    private long quarantined;
    private long failed;
    private long bytes;

    HeldDeliveries(PullLimits limits) {
        this.limits = limits;
    }

    /** Holds a delivery from now on. */
    void hold(Received<H> delivered) {
        held.put(delivered, System.nanoTime());
    }

    /** Holds a delivery no more. */
    void drop(Received<H> delivered) {
        held.remove(delivered);
    }

    /** Counts a held delivery, which is made durable from now on. */
    void begin(Received<H> delivered) {
        received++;
        underWay++;
        bytes += delivered.bytes();
        bytesUnderWay += delivered.bytes();
    }

    /** Returns how long a delivery that was begun has been held; nothing if it is held no more. */
    Optional<Duration> end(Received<H> delivered) {
        Long since = held.get(delivered);
        if (since == null) {
            return Optional.empty();
        }
        underWay--;
        bytesUnderWay -= delivered.bytes();
        return Optional.of(Duration.ofNanos(System.nanoTime() - since));
    }

    /** Counts a delivery that is durable. */
    void countDurable(Archived archived) {
        switch (archived) {
            case PERSISTED -> persisted++;
            case ALREADY_THERE -> alreadyThere++;
            case QUARANTINED -> quarantined++;
        }
    }

    /** Counts a delivery that may not be durable. */
    void countFailed() {
        failed++;
    }

    /** Keeps a delivery until the run ends, if there is room for others beside it. */
    boolean keepRefused(Received<H> delivered) {
        boolean hasRoom = refused.size() + 1 < limits.outstandingMessages();
        if (hasRoom) {
            refused.add(delivered);
        }
        return hasRoom;
    }

    /** Takes out all deliveries; those without an outcome have failed. */
    List<H> takeAll() {
        failed += underWay;
        underWay = 0;
        List<H> all = deliveries();
        held.clear();
        return all;
    }

    List<H> deliveries() {
        return held.keySet().stream().map(Received::delivery).toList();
    }

    boolean isUnderWay() {
        return underWay > 0;
    }

    boolean hasReceived() {
        return received > 0;
    }

    /** Tells whether the run received as many messages as it may. */
    boolean isFull() {
        return received >= limits.messages();
    }

    /** Returns how many more messages may be asked for now. */
    int room() {
        if (bytesUnderWay >= limits.outstandingBytes()) {
            return 0;
        }
        return (int) Math.min(limits.outstandingMessages() - held.size(), limits.messages() - received);
    }

    PullStatus status(boolean isReached, Optional<String> trouble) {
        Optional<Instant> oldest = held.keySet().stream()
                .flatMap(each -> each.message().map(Message::publishTime).stream())
                .min(Comparator.naturalOrder());
        return new PullStatus(held.size(), bytesUnderWay, oldest, isReached, trouble);
    }

    PullReport report(long lost, Duration time, StopReason stopped) {
        return new PullReport(received, persisted, alreadyThere, quarantined, failed, lost, bytes, time, stopped);
    }
}
