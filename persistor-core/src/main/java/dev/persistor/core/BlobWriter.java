package dev.persistor.core;

import dev.persistor.core.format.MessageFormat;
import dev.persistor.core.message.Message;
import dev.persistor.core.naming.NamingPolicy;
import dev.persistor.core.store.BlobCollisionException;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSink;
import dev.persistor.core.store.Digest;
import dev.persistor.core.store.PutResult;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes messages as one blob, with its sidecar before it, and to a derived name when another blob has its name.
 *
 * <p>Thread-safe.
 */
final class BlobWriter {

    private static final Logger LOG = LoggerFactory.getLogger(BlobWriter.class);
    private static final String COLLISION_SUFFIX = ".collision-";
    private static final int COLLISION_DIGEST_BYTES = 8;

    private final BlobSink sink;
    private final NamingPolicy naming;
    private final MessageFormat format;
    private final PersistorListener listener;

    BlobWriter(BlobSink sink, NamingPolicy naming, MessageFormat format, PersistorListener listener) {
        this.sink = sink;
        this.naming = naming;
        this.format = format;
        this.listener = listener;
    }

    /** Returns the folder that a message's blob goes to. */
    String partitionOf(Message message) {
        return naming.partitionOf(message, sink.limits());
    }

    /**
     * Writes messages of one folder.
     *
     * @return the receipt of the first; the others differ in their index
     */
    Receipt write(List<Message> messages) {
        BlobName name = nameOf(messages);
        try {
            return writeAs(name, messages);
        } catch (BlobCollisionException e) {
            return writeBeside(name, messages, String.valueOf(e.getMessage()));
        }
    }

    /** Returns the name of a blob of these messages. */
    BlobName nameOf(List<Message> messages) {
        return naming.nameOf(messages, format.extension(), sink.limits());
    }

    /** Writes messages under a name derived from one that another blob has. */
    Receipt writeBeside(BlobName taken, List<Message> messages, String why) {
        BlobName derived = taken.withSuffix(COLLISION_SUFFIX + collisionDigest(messages));
        listener.collided(taken, derived);
        LOG.atError()
                .addKeyValue("source", messages.get(0).source())
                .addKeyValue("blob", derived)
                .log(
                        "Collision: {} message(s) from {} of {} on find another blob at {}; they go to {}. {}",
                        messages.size(),
                        messages.get(0).id(),
                        messages.get(0).source(),
                        taken,
                        derived,
                        why);
        return writeAs(derived, messages);
    }

    /**
     * Writes messages under this name.
     *
     * @throws BlobCollisionException if another blob has it
     */
    Receipt writeAs(BlobName name, List<Message> messages) {
        PutResult result = sink.putAll(format.encode(name, messages, sink.limits()));
        return new Receipt(name, 0, result);
    }

    /** What tells these messages from all others that could want their name; the same for each of their deliveries. */
    private static String collisionDigest(List<Message> messages) {
        Digest digest = new Digest();
        for (Message message : messages) {
            digest.add(message.source())
                    .add(message.id())
                    .add(message.publishTime().toString())
                    .add(message.payload());
        }
        return digest.hex(COLLISION_DIGEST_BYTES);
    }
}
