package dev.persistor.core.archive;

import dev.persistor.core.format.ContentDigest;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * What decides whether two archived messages are copies of one message: equal identity and equal content (payload, attributes,
 * publish time, ordering key, and what else {@link ContentDigest} covers). What a replay changes does not count: a message that
 * it published has the key of the message that it read.
 *
 * <p>A replayed message proves by its {@link ReplayAttributes#ORIGINAL_DIGEST} which message it was. One that carries the other
 * attributes of a replay and not this one, as a message may that a person or another program made, only claims it: it is a copy
 * where a message with the claimed content was seen, and else a message of its own.
 *
 * <p>Immutable.
 *
 * @param identity what names the message
 * @param digest the digest of its content, or for a proven replay that of its original
 * @param isReplayed whether the message proves that a replay published it
 * @param claim the digest of the original that the message claims to be, if it claims one and proves none
 */
public record MessageKey(Identity identity, String digest, boolean isReplayed, Optional<String> claim) {

    private static final int DIGITS = 32;

    /** Returns the key of a message. */
    public static MessageKey of(Message message) {
        Identity identity = Identity.of(message);
        Optional<String> mark = message.attributes().text(ReplayAttributes.ORIGINAL_DIGEST);
        if (mark.isEmpty()) {
            return new MessageKey(identity, ContentDigest.of(message), false, claim(message));
        }
        return provenOriginal(message, mark.get())
                .map(original -> new MessageKey(identity, original, true, Optional.empty()))
                .orElseGet(() -> new MessageKey(identity, ContentDigest.of(message), false, Optional.empty()));
    }

    /** Returns the value of {@link ReplayAttributes#ORIGINAL_DIGEST} for what a replay sends of the message with this key. */
    public String proof(Message sent) {
        return digest + ReplayAttributes.sentDigest(sent);
    }

    private static Optional<String> provenOriginal(Message message, String mark) {
        return Optional.of(mark)
                .filter(digests -> digests.length() == 2 * DIGITS)
                .filter(digests -> digests.endsWith(ReplayAttributes.sentDigest(message)))
                .map(digests -> digests.substring(0, DIGITS))
                .filter(digest -> digest.matches("[0-9a-f]+"));
    }

    private static Optional<String> claim(Message message) {
        Attributes attributes = message.attributes();
        Optional<String> id = attributes.text(ReplayAttributes.ORIGINAL_ID).filter(text -> !text.isEmpty());
        Optional<String> source =
                attributes.text(ReplayAttributes.ORIGINAL_SOURCE).filter(text -> !text.isEmpty());
        Optional<Instant> time =
                attributes.text(ReplayAttributes.ORIGINAL_PUBLISH_TIME).flatMap(MessageKey::time);
        if (id.isEmpty() || source.isEmpty() || time.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(ContentDigest.of(message.toBuilder()
                .id(id.get())
                .source(source.get())
                .publishTime(time.get())
                .attributes(ReplayAttributes.without(attributes))
                .build()));
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
