package dev.persistor.core.pull;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a run stops asking for messages: when it has as many as it may, when its time is over, when nothing came for a while,
 * or when the broker does not answer.
 *
 * <p>Not thread-safe: guarded by its run.
 */
final class StopRule {

    /** How long a broker that does not answer is polled again. */
    private static final Duration MOST_TROUBLE = Duration.ofSeconds(30);

    private final PullLimits limits;
    private final long began = System.nanoTime();
    private long lastActivity = began;
    private Optional<Long> troubledSince = Optional.empty();
    /** A run that asks is not idle before it heard that there is nothing: it may only not have had its turn for a while. */
    private boolean asks;

    private boolean heardOfNothing;
    private @Nullable StopReason reason;

    StopRule(PullLimits limits) {
        this.limits = limits;
    }

    /** The run asks the broker itself, and hears when it has nothing. */
    void beginToAsk() {
        asks = true;
    }

    /** A message came, or has an outcome. */
    void noteActivity() {
        lastActivity = System.nanoTime();
    }

    /** A message came. */
    void noteArrival() {
        noteActivity();
        heardOfNothing = false;
    }

    /** The broker answered that it has nothing. */
    void noteNothing() {
        heardOfNothing = true;
    }

    /** The broker does not answer, or is not reached yet. */
    void noteTrouble() {
        if (troubledSince.isEmpty()) {
            troubledSince = Optional.of(System.nanoTime());
        }
    }

    /** The broker answered. */
    void noteAnswer() {
        troubledSince = Optional.empty();
    }

    boolean isTroubled() {
        return troubledSince.isPresent();
    }

    /** Stops the run now, if it has not stopped. */
    void stop(StopReason now) {
        if (reason == null) {
            reason = now;
        }
    }

    /** Stops the run as failed, whatever stopped it before. */
    void fail() {
        reason = StopReason.FAILURE;
    }

    /** Returns why the run stopped; a run that has not stopped has failed. */
    StopReason reason() {
        return reason == null ? StopReason.FAILURE : reason;
    }

    /** Returns how long the run has taken. */
    Duration time() {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /** Tells whether the run has stopped, with what it holds now. */
    boolean isOver(HeldDeliveries<?> held) {
        if (reason == null) {
            reason = reasonToStop(held);
        }
        return reason != null;
    }

    private @Nullable StopReason reasonToStop(HeldDeliveries<?> held) {
        long now = System.nanoTime();
        if (held.isFull()) {
            return StopReason.MESSAGES;
        }
        if (now - began >= limits.duration().toNanos()) {
            return isTroubled() ? StopReason.FAILURE : StopReason.DURATION;
        }
        if (troubledSince.isPresent()) {
            return now - troubledSince.get() >= MOST_TROUBLE.toNanos() ? StopReason.FAILURE : null;
        }
        return mayBeIdle(held) && now - lastActivity >= limits.idle().toNanos() ? StopReason.IDLE : null;
    }

    private boolean mayBeIdle(HeldDeliveries<?> held) {
        return held.room() > 0 && (!asks || heardOfNothing);
    }

    /** Returns after how long the run may be over although nothing happens. */
    long nanosToDecision(HeldDeliveries<?> held) {
        long now = System.nanoTime();
        long left = limits.duration().toNanos() - (now - began);
        if (troubledSince.isPresent()) {
            left = Math.min(left, MOST_TROUBLE.toNanos() - (now - troubledSince.get()));
        } else if (mayBeIdle(held)) {
            left = Math.min(left, limits.idle().toNanos() - (now - lastActivity));
        }
        return Math.max(0, left);
    }
}
