package dev.persistor.standalone.recovery;

import dev.persistor.standalone.cli.TimeText;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The end of the range of time, where {@code --to} means nothing else. Not thread-safe. */
final class UntilOption {

    @Option(
            names = "--to",
            paramLabel = "TIME",
            converter = TimeText.Converter.class,
            description = "Only messages published before this time, in the same forms as --from. Default: no limit.")
    private @Nullable TimeText to;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            converter = TimeText.Converter.class,
            description = "The same as --to. In replay and compact, --to also names the target.")
    private @Nullable TimeText until;

    /**
     * Returns the end, if there is one.
     *
     * @throws picocli.CommandLine.ParameterException if there are two
     */
    Optional<TimeText> time(ArchiveOptions archive) {
        if (to != null && until != null) {
            throw archive.wrong("the end of the range is set twice; use --to or --until");
        }
        return Optional.ofNullable(to).or(() -> Optional.ofNullable(until));
    }
}
