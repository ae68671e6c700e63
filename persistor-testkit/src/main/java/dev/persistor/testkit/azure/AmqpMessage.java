package dev.persistor.testkit.azure;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message that an {@link AmqpServer} has.
 *
 * <p>Values are Java's own: AMQP's symbols are strings here, its binaries are read-only byte buffers, its timestamps are
 * instants.
 *
 * <p>Immutable.
 *
 * @param entity the queue, topic or hub to which it was sent
 * @param partition the partition of a hub, empty elsewhere
 * @param sequenceNumber the place within the partition of a hub or within the entity, from 0 on a hub and from 1 elsewhere
 * @param enqueuedTime when the server took it in
 * @param body the bytes of its data sections, read-only; empty if it has none
 * @param sections the sections of its body in AMQP's encoding, read-only, as they came
 * @param applicationProperties what the sender set, by name
 * @param properties AMQP's own properties that the sender set, by their names in AMQP such as {@code message-id}, and
 *     {@code ttl}, the header's time to live in milliseconds
 * @param annotations the message's annotations, the server's among them, such as {@code x-opt-sequence-number}
 */
public record AmqpMessage(
        String entity,
        String partition,
        long sequenceNumber,
        Instant enqueuedTime,
        ByteBuffer body,
        ByteBuffer sections,
        Map<String, @Nullable Object> applicationProperties,
        Map<String, @Nullable Object> properties,
        Map<String, @Nullable Object> annotations) {

    /** Returns the bytes of the body, in an array of the caller's own. */
    public byte[] bytes() {
        byte[] bytes = new byte[body.remaining()];
        body.duplicate().get(bytes);
        return bytes;
    }
}
