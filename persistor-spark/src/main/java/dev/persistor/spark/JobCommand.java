package dev.persistor.spark;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A command that runs as a job: each task runs it for a shard, and another command adds up at the end what they did. */
enum JobCommand {
    REPLAY("--checkpoint"),
    VERIFY("--report"),
    COMPACT("--to");

    private final String placeOption;

    JobCommand(String placeOption) {
        this.placeOption = placeOption;
    }

    /** Returns the option with the store where the tasks find what others noted. */
    String placeOption() {
        return placeOption;
    }

    /**
     * Returns the command line that reports on all shards. A compaction without shards does that: it finds every hour noted by a task,
     * and names the prefixes that may expire, which no shard knows alone.
     */
    List<String> summary(JobArguments arguments, String place) {
        if (this == COMPACT) {
            return Stream.concat(Stream.of(toString()), arguments.texts().stream())
                    .toList();
        }
        return Stream.concat(
                        Stream.of("report", place),
                        Stream.of("--json", "--allow-empty").filter(arguments::has))
                .toList();
    }

    /** Returns the name of the command. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
