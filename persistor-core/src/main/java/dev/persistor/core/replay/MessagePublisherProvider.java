package dev.persistor.core.replay;

import java.net.URI;
import java.util.Map;

/**
 * Opens the targets of one kind by their addresses. Found through {@link java.util.ServiceLoader}.
 *
 * <p>Implementations are thread-safe, and cheap to make: they connect to nothing before {@link #open}.
 */
public interface MessagePublisherProvider {

    /** Returns an example of the addresses that this provider opens, for error messages: {@code pubsub://project/topic}. */
    String example();

    /** Tells whether this provider opens targets at such an address. */
    boolean accepts(URI target);

    /**
     * Opens the target.
     *
     * @param target an address that this provider {@linkplain #accepts accepts}; holds no credential
     * @param environment what may be looked up beside the address, such as an emulator's address or a connection string
     * @throws IllegalArgumentException if the address, or what the environment says of it, is malformed; the message says
     *     how
     * @throws PublishException if the target cannot be opened
     */
    MessagePublisher open(URI target, Map<String, String> environment);

    /**
     * Opens transactions, in which the messages of all sources go to their targets together.
     *
     * @param target an address that this provider {@linkplain #accepts accepts} for each source
     * @param replay what is replayed and to where, in one line: transactions of the same replay take over from one another
     * @param progress names the notes of one checkpoint of this replay
     * @param environment what may be looked up beside the address
     * @throws IllegalArgumentException if targets of this kind have no transactions, or the address, or what the environment says of
     *     it, is malformed
     * @throws PublishException if the target cannot be opened
     */
    default Transactions openTransactions(
            TargetAddress target, String replay, String progress, Map<String, String> environment) {
        throw new IllegalArgumentException("targets such as " + example() + " do not support transactions");
    }
}
