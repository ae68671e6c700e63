package dev.persistor.standalone.recovery;

import dev.persistor.core.archive.Exclusions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options for exclusions. Not thread-safe. */
final class ExcludeOptions {

    @Option(
            names = "--exclude-id",
            paramLabel = "ID",
            description = "Leaves out the message with this id, and a replayed message whose original had it; may be"
                    + " repeated. Default: none.")
    private List<String> ids = new ArrayList<>();

    @Option(
            names = "--exclude-key",
            paramLabel = "KEY",
            description = "Leaves out all messages with this ordering key; may be repeated. Default: none.")
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
            description = "Leaves out what the file lists, one exclusion on each line: id:ID, key:KEY or"
                    + " attr:NAME=VALUE. Empty lines and lines that begin with # are skipped. May be repeated. Default:"
                    + " none.")
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
