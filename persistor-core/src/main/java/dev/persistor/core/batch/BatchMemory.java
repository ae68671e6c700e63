package dev.persistor.core.batch;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that batches share: what waits in open ones, and what is being written. Callers beyond the limit block.
 *
 * <p>While a caller waits, open batches are written before their time, but only when less than half of the memory is being
 * written: else what is being written makes room soon, and open batches can still grow. Without that, each message that finds the
 * memory full would have a batch of its own.
 *
 * <p>Thread-safe.
 */
public final class BatchMemory {

    private final ByteBudget budget;
    private final long half;
    private final AtomicLong underWay = new AtomicLong();
    private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();

    /** A waiting caller, with the flush that would make room. One object for each waiting caller. */
    private static final class Waiting {
        private final Runnable flush;

        Waiting(Runnable flush) {
            this.flush = flush;
        }
    }

    /** Makes a memory of so many bytes, all of them free. */
    public BatchMemory(long bytes) {
        this.budget = new ByteBudget(bytes);
        this.half = bytes / 2;
    }

    /**
     * Takes memory for a message, and waits where there is none.
     *
     * @param flush hands all open batches on; called by whichever thread finds that this would make room
     * @throws InterruptedException if the thread is interrupted; nothing was taken
     */
    public void take(long bytes, Runnable flush) throws InterruptedException {
        if (budget.tryTake(bytes)) {
            return;
        }
        Waiting self = new Waiting(flush);
        waiting.add(self);
        try {
            makeRoom();
            budget.take(bytes);
        } finally {
            waiting.remove(self);
        }
    }

    /** A batch with messages of so many bytes together is being written from now on. */
    public void handedOn(long bytes) {
        underWay.addAndGet(bytes);
    }

    /** Gives back what was taken for one message of a batch that was handed on: the same number. */
    public void giveBack(long bytes) {
        budget.giveBack(bytes);
        underWay.addAndGet(-bytes);
        makeRoom();
    }

    private void makeRoom() {
        if (underWay.get() <= half) {
            waiting.forEach(each -> each.flush.run());
        }
    }
}
