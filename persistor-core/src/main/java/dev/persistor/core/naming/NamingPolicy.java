package dev.persistor.core.naming;

import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobName;
import java.util.List;

/**
 * Names blobs after the messages in them.
 *
 * <p>An implementer owes: the same messages always get the same name, whatever the delivery, the process or the day; and
 * {@link #nameOf} begins with what {@link #partitionOf} says of each of its messages.
 *
 * <p>Implementations are safe for use by many threads.
 */
public interface NamingPolicy {

    /** The bytes that a name leaves free for suffixes of sidecars and collisions. */
    int RESERVED_SUFFIX_BYTES = 56;

    /**
     * Names a blob.
     *
     * @param messages the messages in it, at least one, all of one partition
     * @param extension what the format puts at a name's end, with its dot
     * @param limits what the store can hold; the name keeps {@link #RESERVED_SUFFIX_BYTES} under them
     */
    BlobName nameOf(List<Message> messages, String extension, BlobLimits limits);

    /** Returns the folder of a message's blob; messages of different folders never share a blob. */
    String partitionOf(Message message, BlobLimits limits);
}
