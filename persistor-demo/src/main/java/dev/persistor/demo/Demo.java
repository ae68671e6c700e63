package dev.persistor.demo;

import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobStore;
import dev.persistor.testkit.ArchiveComparison;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;

/**
 * Sends messages through a cloud's function and compares the archive with what was sent.
 *
 * <p>Immutable.
 *
 * @param count how many messages
 * @param seed what messages and second deliveries are drawn from
 * @param out where to print
 * @param onTerminal whether a line that was printed can be printed over
 */
record Demo(int count, long seed, PrintWriter out, boolean onTerminal) {

    DemoReport run(DemoCloud cloud) throws IOException, InterruptedException {
        out.println(cloud.description());
        List<Message> messages =
                DemoMessages.of(count, seed).stream().map(cloud::publish).toList();
        Deliveries deliveries = Deliveries.of(messages, seed);
        int total = deliveries.inOrder().size();
        Progress progress = onTerminal ? Progress.bar(out, total) : Progress.lines(out, total);
        long start = System.nanoTime();
        long refused = new DeliveryLoop(cloud, progress).deliver(deliveries.inOrder());
        Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
        ArchiveComparison comparison = compare(messages, cloud);
        cloud.keep();
        return new DemoReport(deliveries.again(), refused, cloud.faults(), elapsed, comparison, cloud.whereToLook());
    }

    private ArchiveComparison compare(List<Message> messages, DemoCloud cloud) {
        out.println("Reading the archive");
        try (BlobStore archive = cloud.openArchive()) {
            return ArchiveComparison.of(messages, archive);
        }
    }
}
