package dev.persistor.core.replay;

import dev.persistor.core.message.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Determines when the next message may be published.
 *
 * <p>Implementations are used by one thread.
 */
@FunctionalInterface
public interface Throttle {

    /** Waits until a message may go out. */
    void await(Message message) throws InterruptedException;

    /** Returns how long {@link #await} would wait now; zero where that is not known. */
    default Duration delay(Message message) {
        return Duration.ZERO;
    }

    /** As fast as the target takes them. */
    static Throttle unlimited() {
        return message -> {};
    }

    /**
     * So many messages a second, evenly; a pause is not made up for.
     *
     * @throws IllegalArgumentException if it is not more than 0
     */
    static Throttle perSecond(double messages) {
        return perSecond(messages, System::nanoTime, TimeUnit.NANOSECONDS::sleep);
    }

    /**
     * With the spacing of the publish times, so many times as fast; 1 is as they were published first. Takes messages in the
     * order of publish time.
     *
     * @throws IllegalArgumentException if it is not more than 0
     */
    static Throttle speed(double factor) {
        return speed(factor, System::nanoTime, TimeUnit.NANOSECONDS::sleep);
    }

    /** Waits some nanoseconds. */
    @FunctionalInterface
    interface Sleeper {

        /** Waits. */
        void sleep(long nanos) throws InterruptedException;
    }

    /** As {@link #perSecond(double)}, with a clock of the caller's. */
    static Throttle perSecond(double messages, LongSupplier nanoTime, Sleeper sleeper) {
        requirePositive("messages a second", messages);
        long interval = (long) (TimeUnit.SECONDS.toNanos(1) / messages);
        return new Throttle() {
            private long next = nanoTime.getAsLong();

            @Override
            public Duration delay(Message message) {
                return Duration.ofNanos(Math.max(0, next - nanoTime.getAsLong()));
            }

            @Override
            public void await(Message message) throws InterruptedException {
                long now = nanoTime.getAsLong();
                if (next > now) {
                    sleeper.sleep(next - now);
                } else {
                    next = now;
                }
                next += interval;
            }
        };
    }

    /** As {@link #speed(double)}, with a clock of the caller's. */
    static Throttle speed(double factor, LongSupplier nanoTime, Sleeper sleeper) {
        requirePositive("speed", factor);
        return new Throttle() {
            private @Nullable Instant first;
            private long start;

            @Override
            public Duration delay(Message message) {
                if (first == null) {
                    first = message.publishTime();
                    start = nanoTime.getAsLong();
                }
                double offset = Duration.between(first, message.publishTime()).toNanos() / factor;
                return Duration.ofNanos(Math.max(0, start + (long) offset - nanoTime.getAsLong()));
            }

            @Override
            public void await(Message message) throws InterruptedException {
                long wait = delay(message).toNanos();
                if (wait > 0) {
                    sleeper.sleep(wait);
                }
            }
        };
    }

    private static void requirePositive(String what, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException("the " + what + " must be more than 0, and is " + value);
        }
    }
}
