package dev.persistor.standalone.recovery;

import dev.persistor.core.archive.Exclusions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which messages are left out. Not thread-safe. */
final class ExcludeOptions {

    @Option(
            names = "--exclude-id",
            paramLabel = "ID",
            description =
                    "Leaves out the message of this id, or that had it before a replay; may be repeated. Default: none.")
    private List<String> ids = new ArrayList<>();

    @Option(
            names = "--exclude-key",
            paramLabel = "KEY",
            description = "Leaves out all messages of this ordering key; may be repeated. Default: none.")
    private List<String> keys = new ArrayList<>();

    @Option(
            names = "--exclude-attr",
            paramLabel = "NAME=VALUE",
            converter = KeyValue.Converter.class,
            description = "Leaves out all messages with this attribute; may be repeated. Default: none.")
    private List<KeyValue> attributes = new ArrayList<>();

    @Option(
            names = "--exclude",
            paramLabel = "FILE",
            description =
                    "Leaves out what the file names, one exclusion a line: id:ID, key:KEY or attr:NAME=VALUE. Empty"
                            + " lines and lines that begin with # are skipped. May be repeated. Default: none.")
    private List<Path> files = new ArrayList<>();

    /**
     * Returns what is left out.
     *
     * @throws picocli.CommandLine.ParameterException if a file has a line that is no exclusion
     */
    Exclusions exclusions(ArchiveOptions archive) {
        Exclusions.Builder exclusions = Exclusions.builder();
        ids.forEach(exclusions::id);
        keys.forEach(exclusions::key);
        attributes.forEach(attribute -> exclusions.attribute(attribute.key(), attribute.value()));
        try {
            files.forEach(exclusions::file);
        } catch (IllegalArgumentException e) {
            throw archive.wrong("Invalid value for option '--exclude' (FILE): " + e.getMessage());
        }
        return exclusions.build();
    }
}
