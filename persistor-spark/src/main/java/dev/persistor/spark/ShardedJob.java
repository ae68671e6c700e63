package dev.persistor.spark;

import dev.persistor.core.config.Values;
import dev.persistor.standalone.cli.ExitCodes;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Runs a command once for each shard, as tasks of one Spark stage, and adds up what they noted in their place. A task that Spark runs
 * again goes on where the notes of its shard end.
 *
 * <p>Immutable.
 */
final class ShardedJob {

    private static final String SHARDS = "--shards";

    private final JobCommand command;
    private final JobArguments arguments;
    private final String place;
    private final int shards;
    private final PrintStream out;
    private final PrintStream err;

    private ShardedJob(
            JobCommand command, JobArguments arguments, String place, int shards, PrintStream out, PrintStream err) {
        this.command = command;
        this.arguments = arguments;
        this.place = place;
        this.shards = shards;
        this.out = out;
        this.err = err;
    }

    /** Runs a command as a job, and ends the process unless its exit code is 0: some platforms take any call for a failure. */
    static void run(JobCommand command, String... arguments) {
        int code;
        try (SparkSession session =
                SparkSession.builder().appName("persistor " + command).getOrCreate()) {
            code = run(command, new JobArguments(List.of(arguments)), session, System.out, System.err);
        }
        if (code != ExitCodes.GOOD) {
            System.exit(code);
        }
    }

    /** Runs a command as a job of a session, and returns the exit code. */
    static int run(JobCommand command, JobArguments arguments, SparkSession session, PrintStream out, PrintStream err) {
        JavaSparkContext spark = new JavaSparkContext(session.sparkContext());
        ShardedJob job;
        try {
            requireOneAttemptAtATime(spark.getConf());
            String place = arguments.requireShared(command, spark.isLocal());
            int shards = arguments
                    .value(SHARDS)
                    .map(ShardedJob::number)
                    .orElseGet(() -> Math.max(1, spark.defaultParallelism()));
            job = new ShardedJob(command, arguments.without(SHARDS), place, shards, out, err);
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            return ExitCodes.USAGE;
        }
        return job.run(spark);
    }

    /** Two attempts of a task at a time would publish the same messages: the second one before the first knows of it. */
    static void requireOneAttemptAtATime(SparkConf configuration) {
        if (configuration.getBoolean("spark.speculation", false)) {
            throw new IllegalArgumentException(
                    "spark.speculation is true: Spark would run a shard twice at a time, and messages would go out"
                            + " twice. Submit the job with --conf spark.speculation=false");
        }
    }

    private static int number(String text) {
        try {
            return Values.positiveNumber(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Invalid value for option '--shards' (N): '" + text + "' is not valid; use a whole number, 1 or"
                            + " more",
                    e);
        }
    }

    private int run(JavaSparkContext spark) {
        List<Integer> indexes = IntStream.range(0, shards).boxed().toList();
        List<ShardOutcome> outcomes = spark.parallelize(indexes, shards)
                .map(new ShardTask(command, arguments.without("--json").texts(), shards))
                .collect();
        outcomes.stream().filter(outcome -> outcome.code() != ExitCodes.GOOD).forEach(this::tell);
        return outcomes.stream()
                .map(ShardOutcome::code)
                .filter(this::isFinal)
                .findFirst()
                .orElseGet(() -> Commands.run(command.summary(arguments, place), out, err));
    }

    /** A report says of each shard how it ended. But one that never began left none, and a compaction without shards would begin anew. */
    private boolean isFinal(int code) {
        return code == ExitCodes.USAGE
                || code == ExitCodes.ERROR
                || (command == JobCommand.COMPACT && code == ExitCodes.FAILED);
    }

    private void tell(ShardOutcome outcome) {
        outcome.err().lines().forEach(line -> err.println("shard " + outcome.index() + "/" + shards + ": " + line));
    }
}
