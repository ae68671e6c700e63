package dev.persistor.spark;

/**
 * {@code persistor replay} as a Spark job: as many tasks as there are shards publish the messages of a shard each.
 *
 * <pre>{@code
 * spark-submit --class dev.persistor.spark.Replay persistor-spark.jar gs://my-archive \
 *     --source orders --to pubsub://my-project/recovered --shards 16 --checkpoint gs://my-checkpoints/gap --yes
 * }</pre>
 *
 * <p>It takes the options of the command and {@code --shards N}, prints what {@code persistor report} prints, and ends with its exit
 * code. Thread-safe.
 */
public final class Replay {

    private Replay() {}

    /** Runs the job, and ends the process unless its exit code is 0. */
    public static void main(String[] arguments) {
        ShardedJob.run(JobCommand.REPLAY, arguments);
    }
}
