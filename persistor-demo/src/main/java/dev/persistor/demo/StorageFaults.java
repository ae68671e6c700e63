package dev.persistor.demo;

import dev.persistor.testkit.FaultyBlobStoreProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The settings of a function whose storage fails now and then: one write in twenty, and one such fault in four begins a
 * burst that outlives the function's own retries, so that only the broker's redelivery brings the message home.
 */
final class StorageFaults {

    private static final String PROBABILITY = "0.05";
    /** In 200 ms there are some five attempts, so a burst takes two or three deliveries. */
    private static final String BURST = "8";

    private static final String RETRY_DEADLINE = "200ms";

    private StorageFaults() {}

    /** Returns the environment of a function that archives into the run's folder. */
    static Map<String, String> environment(RunFolder folder, long seed) {
        return Map.of(
                "PERSISTOR_STORE",
                FaultyBlobStoreProvider.addressOf(folder.archive().toUri()).toString(),
                "PERSISTOR_RETRY_DEADLINE",
                RETRY_DEADLINE,
                FaultyBlobStoreProvider.PROBABILITY,
                PROBABILITY,
                FaultyBlobStoreProvider.BURST,
                BURST,
                FaultyBlobStoreProvider.SEED,
                Long.toString(seed),
                FaultyBlobStoreProvider.REPORT,
                folder.faults().toString());
    }

    /** Returns how many faults the function's process has reported. */
    static long count(RunFolder folder) {
        Path report = folder.faults();
        if (!Files.exists(report)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(report)) {
            return lines.count();
        } catch (IOException e) {
            throw new UncheckedIOException("read " + report, e);
        }
    }
}
