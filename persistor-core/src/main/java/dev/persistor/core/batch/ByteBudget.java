package dev.persistor.core.batch;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * So many bytes that may be held at a time. Who wants more waits for its turn, first come, first served, so that no large
 * one is passed over for ever.
 *
 * <p>Thread-safe.
 */
final class ByteBudget {

    /** A semaphore counts in ints; in units of this size it reaches to 128 GiB. */
    private static final int UNIT = 64;

    private final Semaphore units;
    private final int all;

    /** Makes a budget of so many bytes, all of them free. */
    public ByteBudget(long bytes) {
        this.all = unitsOf(bytes, Integer.MAX_VALUE);
        this.units = new Semaphore(all, true);
    }

    private static int unitsOf(long bytes, int most) {
        return (int) Math.max(1, Math.min(most, (bytes + UNIT - 1) / UNIT));
    }

    /**
     * Takes bytes if they are free and no caller waits. A request larger than the budget takes the whole budget.
     *
     * @throws InterruptedException if the thread is interrupted; nothing was taken
     */
    public boolean tryTake(long bytes) throws InterruptedException {
        // With a time, because without one a semaphore lets its caller pass those who wait.
        return units.tryAcquire(unitsOf(bytes, all), 0, TimeUnit.NANOSECONDS);
    }

    /**
     * Waits until bytes are free, and takes them.
     *
     * @throws InterruptedException if the thread is interrupted; nothing was taken
     */
    public void take(long bytes) throws InterruptedException {
        units.acquire(unitsOf(bytes, all));
    }

    /** Gives back what was taken: the same number. */
    public void giveBack(long bytes) {
        units.release(unitsOf(bytes, all));
    }

    /** Returns how many bytes are taken, to the next unit. */
    public long taken() {
        return (long) (all - units.availablePermits()) * UNIT;
    }
}
