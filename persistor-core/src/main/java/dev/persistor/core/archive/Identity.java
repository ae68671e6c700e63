package dev.persistor.core.archive;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.store.Digest;

/**
 * Identifies a message: its source, its id and, where the broker numbers messages, the log. A message that was published again
 * has a new id; the attributes that the replay added tell the one that it had.
 *
 * <p>Equal identity is a reason to compare two messages, and no proof that they are the same: topics are created anew, clusters
 * share a store, senders use an id again, and consumers forward attributes. {@link MessageKey} decides.
 *
 * <p>Immutable.
 *
 * @param source where the message came from
 * @param id the id that it had when it was first published
 * @param log which topic or hub of that name; empty where it is not known, as of a replayed message
 */
public record Identity(String source, String id, String log) {

    private static final int DIGEST_BYTES = 16;

    /** Returns the identity of a message, replayed or not. */
    public static Identity of(Message message) {
        Attributes attributes = message.attributes();
        String source = attributes.text(ReplayAttributes.ORIGINAL_SOURCE).orElse(message.source());
        String id = attributes.text(ReplayAttributes.ORIGINAL_ID).orElse(message.id());
        boolean tellsOriginal = attributes.first(ReplayAttributes.ORIGINAL_ID).isPresent()
                || attributes.first(ReplayAttributes.ORIGINAL_SOURCE).isPresent();
        String log = message.position().map(Position::log).orElse("");
        return new Identity(source, id, tellsOriginal ? "" : log);
    }

    /** Returns 128 bits of SHA-256 over source and id, in hexadecimal; logs are compared where both are known. */
    String digest() {
        return new Digest().add(source).add(id).hex(DIGEST_BYTES);
    }

    /** Returns id and source, for people. */
    @Override
    public String toString() {
        return id + " of " + source;
    }
}
