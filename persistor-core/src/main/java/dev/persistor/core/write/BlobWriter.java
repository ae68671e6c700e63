package dev.persistor.core.write;

import dev.persistor.core.format.ContentDigest;
import dev.persistor.core.format.MessageFormat;
import dev.persistor.core.log.SafeText;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
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

    /**
     * Writes messages under a name derived from one that another blob has. Messages of the same content get the same name, so
     * that each delivery finds what the first one wrote. A format may store more than that, which can differ between two
     * deliveries; then the name is derived from all of it.
     */
    Receipt writeBeside(BlobName taken, List<Message> messages, String why) {
        try {
            return writeAsDerived(taken, contentDigest(messages), messages, why);
        } catch (BlobCollisionException e) {
            return writeAsDerived(taken, wholeDigest(messages), messages, String.valueOf(e.getMessage()));
        }
    }

    /** Returns the name beside one that another blob has, which some of the messages give. */
    BlobName nameBeside(BlobName taken, List<Message> naming) {
        return taken.withSuffix(COLLISION_SUFFIX + contentDigest(naming));
    }

    /** Writes messages under the {@linkplain #nameBeside name} that some of them give. */
    Receipt writeBeside(BlobName taken, List<Message> naming, List<Message> messages, String why) {
        return writeAsDerived(taken, contentDigest(naming), messages, why);
    }

    private Receipt writeAsDerived(BlobName taken, String digest, List<Message> messages, String why) {
        BlobName derived = taken.withSuffix(COLLISION_SUFFIX + digest);
        listener.collided(taken, derived);
        LOG.atError()
                .addKeyValue("source", SafeText.line(messages.get(0).source()))
                .addKeyValue("blob", derived)
                .log(
                        "Collision: the name {} is taken by different content. Writing {} message(s), the first of them"
                                + " {} of {}, to {} instead. {}",
                        taken,
                        messages.size(),
                        SafeText.line(messages.get(0).id()),
                        SafeText.line(messages.get(0).source()),
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

    /** Identifies these messages among all that could claim the same blob name; the same for each of their deliveries. */
    private static String contentDigest(List<Message> messages) {
        Digest digest = new Digest();
        for (Message message : messages) {
            ContentDigest.add(digest, message);
            digest.add(message.position().map(Position::log).orElse(""));
        }
        return digest.hex(COLLISION_DIGEST_BYTES);
    }

    /** Identifies what a format may store of these messages, whether or not it is the same for each delivery. */
    private static String wholeDigest(List<Message> messages) {
        Digest digest = new Digest();
        messages.forEach(message -> ContentDigest.addWhole(digest, message));
        return digest.hex(COLLISION_DIGEST_BYTES);
    }
}
