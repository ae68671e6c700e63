package dev.persistor.core.replay;

import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.archive.MessageKey;
import dev.persistor.core.replay.CheckpointNotes.Digest128;
import dev.persistor.core.store.Digest;
import java.util.List;
import java.util.stream.Stream;

/**
 * The key of a message in a checkpoint.
 *
 * <p>Immutable.
 *
 * @param digest what is noted: the message's content, and its log where that is known
 * @param digests all that may be noted of the message. A copy that was read in another way may come without its log
 */
record CheckpointKey(String digest, List<Digest128> digests) {

    /** For a replay that notes nothing. */
    static final CheckpointKey NONE = new CheckpointKey("", List.of());

    /** Returns the key that a message has in common with its copies, of which one is published. */
    static CheckpointKey of(MessageKey key) {
        String digest = digest(key);
        return new CheckpointKey(
                digest,
                Stream.concat(Stream.of(digest, key.digest()), key.claim().stream())
                        .distinct()
                        .map(Digest128::of)
                        .toList());
    }

    /** Returns the key of one copy, where each is published. */
    static CheckpointKey ofCopy(MessageKey key, ArchivedMessage archived) {
        String digest = new Digest().add(digest(key)).add(archived.place()).hex(Digest128.BYTES);
        return new CheckpointKey(digest, List.of(Digest128.of(digest)));
    }

    private static String digest(MessageKey key) {
        String log = key.identity().log();
        return log.isEmpty()
                ? key.digest()
                : new Digest().add(key.digest()).add(log).hex(Digest128.BYTES);
    }
}
