package dev.persistor.core.pull;

import dev.persistor.core.archive.OffsetRange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a log where it is told to, independently of other readers: nothing is committed or noted.
 *
 * <p>Not thread-safe.
 */
public interface LogReader extends AutoCloseable {

    /**
     * One partition of a source.
     *
     * @param source the source that its messages are filed under
     * @param log the broker's identity of the topic or hub; empty where it is not known
     * @param name the broker's name of the partition
     */
    record Partition(String source, String log, String name) {}

    /**
     * What was read.
     *
     * @param messages those that there are, in the order of their offsets
     * @param next the offset to read on from; where it is not behind that which was asked for, nothing came in time
     * @param lost the offsets before the next one that the broker does not have any more
     */
    record Read(List<Received<Long>> messages, long next, List<OffsetRange> lost) {}

    /**
     * Returns when the log began, if the broker tells. What the archive has without the identity of a log, as from a function whose
     * trigger does not tell it, is of this log if it was published since.
     */
    default Optional<Instant> begun() {
        return Optional.empty();
    }

    /**
     * Returns the offsets that the broker still keeps; partitions with nothing in them are left out. Some of the offsets may be of no
     * message: a broker can drop messages out of the midst, and has marks of its own.
     *
     * @throws PullException if the broker does not answer
     */
    Map<Partition, OffsetRange> kept();

    /**
     * Reads on from an offset; deliveries are named by theirs.
     *
     * @param last the last offset that is wanted; what is read may go on behind it
     * @param wait how long to wait for something, at most
     * @throws PullException if the broker does not answer
     */
    Read read(Partition partition, long from, long last, Duration wait);

    @Override
    void close();
}
