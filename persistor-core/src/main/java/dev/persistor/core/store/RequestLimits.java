package dev.persistor.core.store;

import java.util.concurrent.Callable;
import java.util.function.Function;

/**
 * The useful number of parallel requests that read, write and list, measured from the requests that pass through here.
 *
 * <p>Thread-safe.
 */
final class RequestLimits {

    /** Each request under way has a connection and a thread, which with TLS take some hundred KB. */
    private static final int MOST = 512;

    private static final long HEAP_BYTES_EACH = 1 << 20;
    /** A page of descriptions takes about a MiB. */
    private static final int MOST_LISTS = 16;

    private final AdaptiveLimit reads;
    private final AdaptiveLimit writes;
    private final AdaptiveLimit lists;

    private RequestLimits(int most) {
        this.reads = new AdaptiveLimit(most, System::nanoTime);
        this.writes = new AdaptiveLimit(most, System::nanoTime);
        this.lists = new AdaptiveLimit(Math.min(most, MOST_LISTS), System::nanoTime);
    }

    /** Returns limits of up to 512 requests, and no more than one for each MiB of the heap. */
    static RequestLimits ofThisMachine() {
        return new RequestLimits((int)
                Math.max(1, Math.min(MOST, Runtime.getRuntime().maxMemory() / HEAP_BYTES_EACH)));
    }

    int reads() {
        return reads.current();
    }

    int writes() {
        return writes.current();
    }

    /** Returns how many pages of listings should be fetched at a time. */
    int lists() {
        return lists.current();
    }

    /**
     * Makes a request that reads.
     *
     * @param kindOf says what a failure means
     */
    <T> T read(Callable<T> request, Function<Exception, FailureKind> kindOf) throws Exception {
        return measured(reads, request, kindOf);
    }

    /**
     * Makes a request that writes.
     *
     * @param kindOf says what a failure means
     */
    <T> T write(Callable<T> request, Function<Exception, FailureKind> kindOf) throws Exception {
        return measured(writes, request, kindOf);
    }

    /**
     * Makes a request that lists.
     *
     * @param kindOf says what a failure means
     */
    <T> T list(Callable<T> request, Function<Exception, FailureKind> kindOf) throws Exception {
        return measured(lists, request, kindOf);
    }

    private static <T> T measured(AdaptiveLimit limit, Callable<T> request, Function<Exception, FailureKind> kindOf)
            throws Exception {
        long begun = limit.begin();
        try {
            T answer = request.call();
            limit.answered(begun);
            return answer;
        } catch (Exception e) {
            switch (kindOf.apply(e)) {
                case NOT_FOUND, EXISTS -> limit.answered(begun);
                case THROTTLED -> limit.throttled(begun);
                default -> limit.failed();
            }
            throw e;
        } catch (Error e) {
            limit.failed();
            throw e;
        }
    }
}
