package dev.persistor.testkit.gcp;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What goes wrong with calls of one kind. Thread-safe. */
final class PubSubFaults {

    /**
     * What happens to one call.
     *
     * @param status what the client gets
     * @param stores whether the call is carried out all the same, so that only the answer is lost
     */
    private record Fault(Status status, boolean stores) {}

    private final Deque<Fault> faults = new ArrayDeque<>();
    private boolean held;

    synchronized void add(int calls, Status status, boolean stores) {
        for (int i = 0; i < calls; i++) {
            faults.add(new Fault(status, stores));
        }
    }

    synchronized void hold() {
        held = true;
    }

    synchronized void clear() {
        faults.clear();
        release();
    }

    synchronized void release() {
        held = false;
        notifyAll();
    }

    /** Waits while answers are held, and then does what a call asks for, unless a fault is due. */
    <T> T around(Supplier<T> call) {
        Fault fault = next();
        if (fault != null && !fault.stores) {
            throw new StatusRuntimeException(fault.status);
        }
        T answer = call.get();
        if (fault != null) {
            throw new StatusRuntimeException(fault.status);
        }
        return answer;
    }

    private synchronized @Nullable Fault next() {
        try {
            while (held) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StatusRuntimeException(Status.UNAVAILABLE.withDescription("The server is closed"));
        }
        return faults.poll();
    }
}
