package dev.persistor.spark;

/**
 * {@code persistor verify} as a Spark job: as many tasks as there are shards verify the messages of a shard each.
 *
 * <p>It takes the options of the command and {@code --shards N}, prints what {@code persistor report} prints, and ends with its exit
 * code. Thread-safe.
 */
public final class Verify {

    private Verify() {}

    /** Runs the job, and ends the process unless its exit code is 0. */
    public static void main(String[] arguments) {
        ShardedJob.run(JobCommand.VERIFY, arguments);
    }
}
