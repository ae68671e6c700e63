package dev.persistor.standalone.recovery;

import dev.persistor.core.archive.Shard;
import dev.persistor.standalone.cli.CommandContext;
import dev.persistor.standalone.cli.Text;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The option that selects the shard of a process. Not thread-safe. */
final class ShardOption {

    /** The number of shards, where the platform does not tell how many processes there are. */
    static final String SHARDS = "PERSISTOR_SHARDS";

    private static final String AUTO = "auto";
    private static final String TASK_COUNT = "CLOUD_RUN_TASK_COUNT";
    /** Kubernetes sets the first in the pods of an Indexed Job, and Cloud Run the other one in the tasks of a job; both begin at 0. */
    private static final List<String> INDEX = List.of("JOB_COMPLETION_INDEX", "CLOUD_RUN_TASK_INDEX");

    private static final List<String> COUNT = List.of(SHARDS, TASK_COUNT);

    @Option(
            names = "--shard",
            paramLabel = "I/N",
            description =
                    "Only shard I of N, from 0/N to N-1/N, such as 0/4 for the first of four. Run N processes, one for each"
                            + " shard. All messages with the same ordering key are in one shard; for compact, all messages"
                            + " of an hour of a source. auto reads I from JOB_COMPLETION_INDEX or CLOUD_RUN_TASK_INDEX, and"
                            + " N from PERSISTOR_SHARDS or CLOUD_RUN_TASK_COUNT. Default: all messages, regardless of these"
                            + " variables.")
    private String text = "";

    /**
     * Returns the shard, if one is asked for.
     *
     * @throws picocli.CommandLine.ParameterException if there is no such shard, or the variables do not tell one
     */
    Optional<Shard> shard(ArchiveOptions archive, CommandContext context) {
        if (text.isEmpty()) {
            warn(context);
            return Optional.empty();
        }
        try {
            return Optional.of(text.equals(AUTO) ? ofVariables(context.environment()) : Shard.parse(text));
        } catch (IllegalArgumentException e) {
            throw archive.wrong("Invalid value for option '--shard' (I/N): " + e.getMessage());
        }
    }

    /** Several tasks without shards do the same work several times. */
    private static void warn(CommandContext context) {
        Stream.of(SHARDS, TASK_COUNT)
                .filter(name -> !context.environment().getOrDefault(name, "1").equals("1"))
                .findFirst()
                .ifPresent(name -> {
                    context.err()
                            .println(name + " is "
                                    + Text.safe(context.environment().getOrDefault(name, ""))
                                    + ", but --shard is not set: this process handles all messages. Use --shard auto"
                                    + " to handle one shard.");
                    context.err().flush();
                });
    }

    private static Shard ofVariables(Map<String, String> environment) {
        String index = one(INDEX, "the number of this process, from 0,", environment);
        String count = one(COUNT, "the number of all processes", environment);
        try {
            return Shard.parse(index + "/" + count);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "auto found shard " + Text.safe(index) + " of " + Text.safe(count) + ": " + e.getMessage(), e);
        }
    }

    /** The variables of a platform that say something else than those of another leave in doubt which is meant. */
    private static String one(List<String> names, String what, Map<String, String> environment) {
        List<String> values = names.stream()
                .map(name -> environment.getOrDefault(name, ""))
                .filter(value -> !value.isEmpty())
                .distinct()
                .toList();
        if (values.size() != 1) {
            throw new IllegalArgumentException("auto requires " + what + " in " + String.join(" or ", names)
                    + (values.isEmpty() ? ", but neither is set" : ", but they differ: " + String.join(", ", values)));
        }
        return values.get(0);
    }
}
