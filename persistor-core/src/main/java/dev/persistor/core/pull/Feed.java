package dev.persistor.core.pull;

import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * One run, and its source of messages. The caller opens a feed, lets it archive once, and closes it.
 *
 * <p>Implementations may be asked for their run, and how far behind they are, by any thread; the rest is for one.
 */
public interface Feed extends AutoCloseable {

    /** Returns the run, which may be watched, and ended before its time. */
    PullRun<?> run();

    /** Archives until the run is over, and returns what became of all that it received. */
    PullReport archive();

    /** Returns how many messages the broker has that were not received yet, as far as it tells. */
    OptionalLong behind();

    /** Lets go of the broker. */
    @Override
    void close();

    /**
     * Returns a feed that asks a source.
     *
     * @param closing closes what the feed is made of, when the run is finished
     */
    static <H> Feed asking(PullSource<H> source, PullRun<H> run, Runnable closing) {
        return of(run, () -> run.pullFrom(source), source::behind, closing);
    }

    /**
     * Returns a feed.
     *
     * @param archive archives until the run is over, and {@linkplain PullRun#finish finishes} it
     * @param behind tells how many messages were not received yet
     * @param closing closes what the feed is made of, when the run is finished
     */
    static Feed of(PullRun<?> run, Supplier<PullReport> archive, Supplier<OptionalLong> behind, Runnable closing) {
        return new Feed() {
            @Override
            public PullRun<?> run() {
                return run;
            }

            @Override
            public PullReport archive() {
                return archive.get();
            }

            @Override
            public OptionalLong behind() {
                return behind.get();
            }

            @Override
            public void close() {
                closing.run();
            }
        };
    }
}
