package dev.persistor.standalone.recovery;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What tells a replay from all others: drawn by chance, and kept in a file beside the checkpoint, so that a replay that goes on after a
 * kill has the same one.
 *
 * <p>Immutable.
 */
final class RunId {

    private RunId() {}

    /**
     * Returns the id of the replay that a checkpoint is of; without one, a new id.
     *
     * @throws UncheckedIOException if the file cannot be read or written
     */
    static String of(@Nullable Path checkpoint) {
        if (checkpoint == null) {
            return UUID.randomUUID().toString();
        }
        Path file = checkpoint.resolveSibling(checkpoint.getFileName() + ".run");
        try {
            // Without a checkpoint a new replay begins, whatever an old one left.
            Optional<String> kept = Files.exists(checkpoint) && Files.exists(file)
                    ? Optional.of(Files.readString(file).strip())
                    : Optional.empty();
            if (kept.isPresent() && !kept.get().isEmpty()) {
                return kept.get();
            }
            String fresh = UUID.randomUUID().toString();
            Files.writeString(file, fresh + "\n");
            return fresh;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the id of the replay in " + file, e);
        }
    }
}
