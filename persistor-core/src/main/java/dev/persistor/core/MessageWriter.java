package dev.persistor.core;

import dev.persistor.core.format.RawFormat;
import dev.persistor.core.message.Message;
import dev.persistor.core.naming.NamingPolicy;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobCollisionException;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSink;
import dev.persistor.core.store.Digest;
import dev.persistor.core.store.PutResult;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one message as one blob, with the sidecar before it, and to a derived name when another message has its name.
 *
 * <p>Thread-safe.
 */
final class MessageWriter {

    private static final Logger LOG = LoggerFactory.getLogger(MessageWriter.class);
    private static final String COLLISION_SUFFIX = ".collision-";
    private static final int COLLISION_DIGEST_BYTES = 8;

    private final BlobSink sink;
    private final NamingPolicy naming;
    private final RawFormat format = new RawFormat();
    private final Counters counters;

    MessageWriter(BlobSink sink, NamingPolicy naming, Counters counters) {
        this.sink = sink;
        this.naming = naming;
        this.counters = counters;
    }

    /** Returns once the message is durable. */
    Receipt write(Message message) {
        BlobName name = naming.nameOf(List.of(message), format.extension(), sink.limits());
        Receipt receipt = writeUnlessTaken(name, message);
        if (receipt.result() == PutResult.CREATED) {
            counters.countPersisted();
        } else {
            counters.countAlreadyThere();
        }
        return receipt;
    }

    private Receipt writeUnlessTaken(BlobName name, Message message) {
        try {
            return writeAs(name, message);
        } catch (BlobCollisionException e) {
            counters.countCollided();
            BlobName derived = name.withSuffix(COLLISION_SUFFIX + collisionDigest(message));
            LOG.error(
                    "Collision {} in this process: message {} of {} finds another at {}; it goes to {}. {}",
                    counters.collided(),
                    message.id(),
                    message.source(),
                    name,
                    derived,
                    e.getMessage());
            return writeAs(derived, message);
        }
    }

    private Receipt writeAs(BlobName name, Message message) {
        PutResult result = PutResult.ALREADY_EXISTS;
        for (Blob blob : format.encode(name, message, sink.limits())) {
            result = sink.put(blob);
        }
        return new Receipt(name, 0, result);
    }

    /** What tells this message from every other that could want its name; the same for each of its deliveries. */
    private static String collisionDigest(Message message) {
        return new Digest()
                .add(message.source())
                .add(message.id())
                .add(message.publishTime().toString())
                .add(message.payload())
                .hex(COLLISION_DIGEST_BYTES);
    }
}
