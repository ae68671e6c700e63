package dev.persistor.spark;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.function.Function;

/**
 * Runs a command for one shard, on an executor.
 *
 * <p>Immutable.
 *
 * @param command what is run
 * @param arguments those of all shards
 * @param shards how many shards there are
 */
record ShardTask(JobCommand command, List<String> arguments, int shards) implements Function<Integer, ShardOutcome> {

    @Override
    public ShardOutcome call(Integer index) {
        List<String> all = new ArrayList<>(List.of(command.toString()));
        all.addAll(arguments);
        all.addAll(List.of("--shard", index + "/" + shards));
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Commands.run(
                all,
                new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new ShardOutcome(index, code, err.toString(StandardCharsets.UTF_8));
    }
}
