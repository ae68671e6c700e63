package dev.persistor.core.store;

import java.util.function.LongSupplier;

/**
 * Finds how many requests to a store should be under way at a time. It starts with 16 and adapts to what the requests show:
 *
 * <ul>
 *   <li>It grows while the mean latency is at most twice the lowest mean that was seen: so long, more requests bring more throughput. It
 *       doubles with each round of requests at first, and grows slowly after the latency has risen once.
 *   <li>It shrinks when the latency is higher, since requests wait for one another then: in the service, or for this machine's
 *       processors. Latency alone never takes it below 16.
 *   <li>It shrinks by a fifth when the service throttles more than 2 % of the requests, down to 1. It is back after 5 seconds, stays near
 *       there for some seconds, and then grows ever faster, should the service allow more again.
 * </ul>
 *
 * <p>Rounds in which fewer requests were under way than half of the limit say nothing of what a higher one would bring, so it does not
 * grow then.
 *
 * <p>Thread-safe.
 */
final class AdaptiveLimit {

    /** The initial limit. A nearby store gains nothing from a higher one, and loses nothing with this one. */
    private static final int FIRST = 16;

    private static final double TOLERATED_LATENCY = 2;
    private static final double SMOOTHING = 0.2;
    private static final double LEAST_STEP = 0.5;

    /** Some requests are throttled by chance, at any load. */
    private static final int THROTTLING_WINDOW = 200;

    private static final int THROTTLED_BY_CHANCE = 4;
    private static final double THROTTLED_STEP = 0.2;
    private static final double RECOVERY_NANOS = 5e9;

    private final int most;
    private final LongSupplier nanoTime;

    // Guarded by this.
    private double limit;
    private boolean doubles = true;
    private int underWay;
    private int mostUnderWay;
    private int answers;
    private long answerNanos;
    private double lowestMean;
    private int requests;
    private int throttled;
    private double throttledLimit = Double.POSITIVE_INFINITY;
    private long shrunkAt;

    /**
     * Makes a limit.
     *
     * @param most the highest value that it takes, 1 or more
     */
    AdaptiveLimit(int most, LongSupplier nanoTime) {
        this.most = most;
        this.nanoTime = nanoTime;
        this.limit = Math.min(FIRST, most);
        this.shrunkAt = nanoTime.getAsLong();
    }

    /** Returns how many requests should be under way now. */
    synchronized int current() {
        return (int) Math.max(1, Math.min(limit, ceiling()));
    }

    /** Counts a request that begins. Returns its time, for what tells of its end. */
    synchronized long begin() {
        underWay++;
        mostUnderWay = Math.max(mostUnderWay, underWay);
        return nanoTime.getAsLong();
    }

    /** Counts an answer. */
    synchronized void answered(long begun) {
        end();
        answers++;
        answerNanos += nanoTime.getAsLong() - begun;
        // All that are under way were begun under the present limit by then.
        if (answers >= Math.max(FIRST, limit)) {
            endRound();
        }
    }

    /** Counts a request that failed otherwise than by throttling: how long that took says nothing of the load. */
    synchronized void failed() {
        end();
    }

    /** Counts a request that the service refused because there are too many. */
    synchronized void throttled(long begun) {
        end();
        // Those that began before the limit shrank say nothing of what it is now.
        if (begun - shrunkAt >= 0 && ++throttled > THROTTLED_BY_CHANCE) {
            throttledLimit = Math.min(current(), mostUnderWay);
            limit = Math.max(1, (1 - THROTTLED_STEP) * throttledLimit);
            shrunkAt = nanoTime.getAsLong();
            doubles = false;
            beginRound();
            throttled = 0;
            requests = 0;
        }
    }

    private void end() {
        underWay--;
        requests++;
        if (requests >= THROTTLING_WINDOW) {
            requests = 0;
            throttled = 0;
        }
    }

    private void endRound() {
        double mean = (double) answerNanos / answers;
        // With few under way none waits for another, so the latency is that of the service, even if it is higher than
        // before.
        boolean isUnloaded = (int) limit <= FIRST;
        if (lowestMean == 0 || mean < lowestMean) {
            lowestMean = mean;
        } else if (isUnloaded) {
            lowestMean += SMOOTHING * (mean - lowestMean);
        }
        double gradient = TOLERATED_LATENCY * lowestMean / mean;
        if (gradient < 1) {
            shrink(gradient);
        } else if (mostUnderWay >= limit / 2) {
            limit = Math.min(most, limit + (doubles ? limit : Math.sqrt(limit)));
        }
        limit = Math.max(1, Math.min(limit, ceiling()));
        beginRound();
    }

    private void shrink(double gradient) {
        doubles = false;
        if (limit > FIRST) {
            double target = Math.max(FIRST, limit * Math.max(LEAST_STEP, gradient));
            limit += SMOOTHING * (target - limit);
        }
    }

    private void beginRound() {
        answers = 0;
        answerNanos = 0;
        mostUnderWay = underWay;
    }

    /**
     * Returns what throttling allows: the cubic function that TCP grows its window by after a loss. It is flat around the limit at which
     * the service throttled, so that the next excess is small and comes late.
     */
    private double ceiling() {
        double time = (nanoTime.getAsLong() - shrunkAt) / RECOVERY_NANOS - 1;
        return throttledLimit * (1 + THROTTLED_STEP * time * time * time);
    }
}
