package dev.persistor.spark;

/**
 * {@code persistor compact} as a Spark job: as many tasks as there are shards compact the hours of a shard each.
 *
 * <p>It takes the options of the command and {@code --shards N}. At the end it runs the command once more for all hours, which lists what
 * the tasks did, names the prefixes that may expire, and gives the exit code. Thread-safe.
 */
public final class Compact {

    private Compact() {}

    /** Runs the job, and ends the process unless its exit code is 0. */
    public static void main(String[] arguments) {
        ShardedJob.run(JobCommand.COMPACT, arguments);
    }
}
