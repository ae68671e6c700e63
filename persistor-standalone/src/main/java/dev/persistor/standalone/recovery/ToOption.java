package dev.persistor.standalone.recovery;

import dev.persistor.standalone.cli.TimeText;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the values of {@code --to} say where it takes a target, and the end of the range as for the other commands.
 *
 * <p>Immutable.
 *
 * @param archive makes the errors
 * @param values the values, in their order
 * @param until the value of {@code --until}, if it is given
 */
record ToOption(
        ArchiveOptions archive,
        List<String> values,
        @Nullable TimeText until) {

    /**
     * Returns the one target.
     *
     * @param label how the help calls a target
     * @param onlyOne says behind the number of targets that there must be one
     * @throws picocli.CommandLine.ParameterException if there is none, or more than one
     */
    String target(String label, String onlyOne) {
        List<String> targets =
                values.stream().filter(text -> TimeText.parse(text).isEmpty()).toList();
        if (targets.size() != 1) {
            throw archive.wrong(
                    targets.isEmpty()
                            ? "Missing required option: '--to=" + label + "'; only times were given"
                            : "option '--to' names " + targets.size() + " " + onlyOne + ", and a time is "
                                    + TimeText.ALLOWED);
        }
        return targets.get(0);
    }

    /**
     * Returns the end of the range, if there is one.
     *
     * @throws picocli.CommandLine.ParameterException if there are several
     */
    Optional<TimeText> end() {
        List<TimeText> ends = Stream.concat(
                        values.stream().flatMap(text -> TimeText.parse(text).stream()), Stream.ofNullable(until))
                .toList();
        if (ends.size() > 1) {
            throw archive.wrong(
                    "the end of the range is set " + ends.size() + " times; use --until, or --to with one time");
        }
        return ends.stream().findFirst();
    }
}
