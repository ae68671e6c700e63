package dev.persistor.standalone.recovery;

import dev.persistor.core.format.Manifest;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.thread.DaemonThreads;
import dev.persistor.standalone.cli.CommandContext;
import java.util.Iterator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Shows how many messages are read, and of how many: blobs say in their metadata how many they hold, so one more listing tells the
 * total. It is made only of what takes longer than a moment.
 *
 * <p>Thread-safe.
 */
final class ReadProgress implements AutoCloseable {

    private static final long MOMENT_SECONDS = 2;

    private final Ticker ticker;
    private final boolean onTerminal;
    private final CountDownLatch closed = new CountDownLatch(1);

    private ReadProgress(Ticker ticker, boolean onTerminal) {
        this.ticker = ticker;
        this.onTerminal = onTerminal;
    }

    static ReadProgress in(CommandContext context) {
        return new ReadProgress(Ticker.in(context, "messages read", 0), context.onTerminal());
    }

    /** Counts the messages of a blob. One that does not tell counts as one message. */
    void read(BlobInfo blob) {
        ticker.add(messages(blob));
    }

    /** Counts bytes of content that were read, decompressed: one blob may have billions, and no message in them. */
    void content(int bytes) {
        ticker.content(bytes);
    }

    private static long messages(BlobInfo blob) {
        return Manifest.of(blob.metadata()).map(Manifest::count).orElse(1);
    }

    /** A message is about to be printed. On a terminal it would be in the line of the progress, and is progress itself. */
    void giveWay() {
        if (onTerminal) {
            ticker.giveWay();
        }
    }

    /** Begins to count what there is to read. */
    void count(OpenArchive open) {
        DaemonThreads.start("persistor-count", () -> countAll(open));
    }

    private void countAll(OpenArchive open) {
        long total = 0;
        try {
            if (closed.await(MOMENT_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
            try (Stream<BlobInfo> blobs = open.unwatched().blobs(open.filter())) {
                for (Iterator<BlobInfo> each = blobs.iterator(); each.hasNext() && closed.getCount() > 0; ) {
                    total += messages(each.next());
                }
            }
            ticker.total(total);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // The command itself says that the store fails. Without a total, only what is read is shown.
            ticker.total(0);
        }
    }

    /** Clears the line for what is printed next. */
    void clear() {
        closed.countDown();
        ticker.clear();
    }

    @Override
    public void close() {
        clear();
    }
}
