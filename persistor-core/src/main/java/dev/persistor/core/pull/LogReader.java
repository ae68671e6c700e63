package dev.persistor.core.pull;

import dev.persistor.core.archive.OffsetRange;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Reads a log where it is told to, beside whoever else reads it: nothing is committed or noted.
 *
 * <p>Not thread-safe.
 */
public interface LogReader extends AutoCloseable {

    /**
     * One partition of a source.
     *
     * @param source what its messages are filed under
     * @param name what the broker calls it
     */
    record Partition(String source, String name) {}

    /**
     * What was read.
     *
     * @param messages those that there are, in the order of their offsets
     * @param next the offset to read on from; where it is not behind that which was asked for, nothing came in time
     */
    record Read(List<Pulled<Long>> messages, long next) {}

    /**
     * Returns the offsets that the broker still keeps; partitions with nothing in them are left out. Some of the offsets may be of no
     * message: a broker can drop messages out of the midst, and has marks of its own.
     *
     * @throws PullException if there is no answer
     */
    Map<Partition, OffsetRange> kept();

    /**
     * Reads on from an offset; deliveries are named by theirs.
     *
     * @param last the last offset that is wanted; what is read may go on behind it
     * @param wait how long to wait for something, at most
     * @throws PullException if there is no answer
     */
    Read read(Partition partition, long from, long last, Duration wait);

    @Override
    void close();
}
