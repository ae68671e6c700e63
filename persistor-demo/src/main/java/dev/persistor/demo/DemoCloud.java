package dev.persistor.demo;

import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobStore;
import java.io.IOException;

/**
 * One cloud's part of the demo: a function of Persistor's in the host that the cloud runs it in, over a store that fails
 * now and then, and what the cloud's broker does with a message. It is started when it is made.
 *
 * <p>Thread-safe.
 */
interface DemoCloud extends AutoCloseable {

    /** Returns one line on what was started, for people. */
    String description();

    /**
     * Returns the message as the broker holds it once it is published, and so as it has to be in the archive: under the
     * broker's kind of id, with the source that it is filed under and what the broker says of it.
     */
    Message publish(Message message);

    /**
     * Delivers a published message to the function, once.
     *
     * @param attempt which delivery of the message this is, counted from 1
     * @return true when the function acknowledged it; false when it answered 500, and the broker must deliver it again
     * @throws IllegalStateException if the function gives any other answer, or none
     */
    boolean deliver(Message message, int attempt);

    /** Returns how many storage faults there were in the function's process. */
    long faults();

    /** Opens the archive for reading, without faults; the caller closes it. */
    BlobStore openArchive();

    /** Keeps the archive in the run's folder for people to look at, where it is not there already. */
    void keep() throws IOException;

    /** Returns where people find the archive, the function's log and whatever else there is to see, one a line. */
    String whereToLook();

    /** Ends the function's process, and waits until it has ended. */
    @Override
    void close();
}
