package dev.persistor.core.archive;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What makes a message the same as another: its source and its id. A message that was published again has a new id; the
 * marks that the replay left in its attributes tell the one that it had.
 *
 * <p>Immutable.
 *
 * @param source where the message came from
 * @param id the id that it had when it was first published
 */
public record Identity(String source, String id) {

    /** The attribute in which a replayed message carries the id that it had. */
    public static final String ORIGINAL_ID = "persistor-original-id";

    /** The attribute in which a replayed message carries the source that it had. */
    public static final String ORIGINAL_SOURCE = "persistor-original-source";

    private static final int DIGEST_BYTES = 16;

    /** Returns the identity of a message, replayed or not. */
    public static Identity of(Message message) {
        Attributes attributes = message.attributes();
        return new Identity(
                attributes.text(ORIGINAL_SOURCE).orElse(message.source()),
                attributes.text(ORIGINAL_ID).orElse(message.id()));
    }

    /** Returns 128 bits of SHA-256 over source and id, in hexadecimal. */
    public String digest() {
        // Two bytes a character, because UTF-8 gives all lone surrogates the same byte.
        return new Digest()
                .add(ByteBuffer.wrap(source.getBytes(StandardCharsets.UTF_16BE)))
                .add(ByteBuffer.wrap(id.getBytes(StandardCharsets.UTF_16BE)))
                .hex(DIGEST_BYTES);
    }

    @Override
    public String toString() {
        return id + " of " + source;
    }
}
