package dev.persistor.spark;

import dev.persistor.standalone.recovery.Addresses;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The arguments of a job: the options of a command, and of those the ones that mean something else where the command runs on many
 * machines.
 *
 * <p>Immutable.
 *
 * @param texts the arguments, as they were written
 */
record JobArguments(List<String> texts) {

    /** Options whose files would be on the machine of one task, or that need one process. */
    private static final Set<String> OF_ONE_MACHINE = Set.of("--audit", "--offset-map", "--dry-run", "--shard");

    private static final Set<String> LOCAL = Set.of("file", "mem");

    JobArguments {
        texts = List.copyOf(texts);
    }

    /** Returns the value of an option, in either way to write it. */
    Optional<String> value(String option) {
        for (int i = 0; i < texts.size(); i++) {
            if (texts.get(i).startsWith(option + "=")) {
                return Optional.of(texts.get(i).substring(option.length() + 1));
            }
            if (texts.get(i).equals(option) && i + 1 < texts.size()) {
                return Optional.of(texts.get(i + 1));
            }
        }
        return Optional.empty();
    }

    /** Tells whether an option is given. */
    boolean has(String option) {
        return count(option) > 0;
    }

    private long count(String option) {
        return texts.stream()
                .filter(text -> text.equals(option) || text.startsWith(option + "="))
                .count();
    }

    /** Returns the arguments without an option and its value, which {@code --json} has not. */
    JobArguments without(String option) {
        List<String> others = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            if (texts.get(i).equals(option)) {
                i += option.equals("--json") ? 0 : 1;
            } else if (!texts.get(i).startsWith(option + "=")) {
                others.add(texts.get(i));
            }
        }
        return new JobArguments(others);
    }

    /**
     * Requires that the tasks find each other's notes, wherever they run.
     *
     * @param isLocal whether all tasks run in this process
     * @return the place
     * @throws IllegalArgumentException if an option has no meaning here; the message says which and what to give instead
     */
    String requireShared(JobCommand command, boolean isLocal) {
        String option = command.placeOption();
        OF_ONE_MACHINE.stream().filter(this::has).sorted().findFirst().ifPresent(each -> {
            throw new IllegalArgumentException(each + " cannot be used in a Spark job; run persistor " + command
                    + " for it" + (each.equals("--shard") ? ", or set the number of shards with --shards" : ""));
        });
        if (value("--to").filter(target -> target.startsWith("stdout:")).isPresent()) {
            throw new IllegalArgumentException(
                    "--to stdout: would print on the executors; run persistor " + command + " for it");
        }
        if (command == JobCommand.COMPACT && count("--to") > 1) {
            throw new IllegalArgumentException("--to is given " + count("--to")
                    + " times; give the target with --to, and the end of the range with --until");
        }
        String place = value(option)
                .orElseThrow(() -> new IllegalArgumentException("Missing required option: '" + option
                        + "', a store that all tasks share, such as gs://bucket/folder"));
        if (!isLocal) {
            requireStore(option, place);
            if (command == JobCommand.REPLAY) {
                requireStore("--failed", value("--failed").orElse("persistor-failed"));
            }
        }
        return place;
    }

    private static void requireStore(String option, String place) {
        if (LOCAL.contains(Addresses.store(place).getScheme())) {
            throw new IllegalArgumentException("Invalid value for option '" + option + "': " + place
                    + " is on the machine of one task, where a task retried on another machine would not find it. Use"
                    + " the address of a store that all tasks share, such as gs://bucket/folder");
        }
    }
}
