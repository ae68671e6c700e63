package dev.persistor.standalone.run;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * All bodies on their way. When they fill the memory, the slowest one gives way, so that slow clients cannot keep others out.
 *
 * <p>Thread-safe.
 */
final class HttpUploads {

    /** The speed of an upload is not known earlier. */
    private static final long EARLIEST = TimeUnit.SECONDS.toNanos(1);

    private final Set<HttpUpload> all = ConcurrentHashMap.newKeySet();
    private final HttpLimits limits;

    HttpUploads(HttpLimits limits) {
        this.limits = limits;
    }

    void add(HttpUpload upload) {
        all.add(upload);
    }

    void remove(HttpUpload upload) {
        all.remove(upload);
    }

    /**
     * Takes memory, for which slow uploads give way.
     *
     * @param upload the one that needs it, if it is an upload
     * @return false if there is too little also without them
     */
    boolean makeRoom(Optional<HttpUpload> upload, HttpMemory.Share share, long bytes) {
        while (!share.grow(bytes)) {
            Optional<HttpUpload> slowest = slowest();
            if (slowest.isEmpty() || slowest.equals(upload)) {
                return false;
            }
            slowest.get().cutShort(HttpMessages.noMemory());
        }
        return true;
    }

    private Optional<HttpUpload> slowest() {
        long now = System.nanoTime();
        return all.stream()
                .flatMap(upload -> upload.rate(now, EARLIEST).map(rate -> Map.entry(rate, upload)).stream())
                .min(Comparator.comparingDouble(Map.Entry::getKey))
                .map(Map.Entry::getValue);
    }

    /** Cuts those short that make too little progress. */
    void checkProgress() {
        long now = System.nanoTime();
        all.forEach(upload -> upload.checkProgress(limits, now));
    }

    /** Refuses all that are not whole yet. */
    void cutAllShort(HttpAnswer answer) {
        List.copyOf(all).forEach(upload -> upload.cutShort(answer));
    }
}
