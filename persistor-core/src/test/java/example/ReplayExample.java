package example;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.message.TimeRange;
import dev.persistor.core.replay.Checkpoint;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.Replay;
import dev.persistor.core.replay.ReplayReport;
import dev.persistor.core.store.BlobSource;
import java.time.Instant;

/** Messages of a time range, published again: the README shows this file. */
final class ReplayExample {

    private ReplayExample() {}

    static ReplayReport replay(
            BlobSource store, MessagePublisher target, Checkpoint checkpoint, Instant from, Instant to)
            throws InterruptedException {
        Archive archive = Archive.on(store).build();
        MessageFilter lost = MessageFilter.builder()
                .source("orders")
                .range(new TimeRange(from, to))
                .build();
        Replay replay =
                Replay.of(archive, lost).to(target).checkpoint(checkpoint).build();
        ReplayReport plan = replay.plan(); // reads everything and counts losses; publishes nothing
        System.out.println(plan.planned() + " messages, " + plan.losses());
        return replay.run(); // once each, in the order of their keys
    }
}
