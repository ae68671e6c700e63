package dev.persistor.core.replay;

import dev.persistor.core.message.Message;
import java.util.List;
import java.util.OptionalLong;

/**
 * Publishes messages in transactions: those of one transaction are all published, or none is. The target itself keeps the number of
 * the last transaction that it has committed, as part of that transaction. So a replay that was killed finds out which of its messages
 * are published.
 *
 * <p>Opening transactions takes over from the process that opened those of the same replay before: a transaction that is open there is
 * ended, and no other can be committed there.
 *
 * <p>Not thread-safe.
 */
public interface Transactions extends AutoCloseable {

    /**
     * A target refused a message of a transaction. Nothing of the transaction is published, and another one may begin.
     *
     * <p>Immutable.
     */
    final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int index;
        private final PublishException reason;

        /**
         * Names the message.
         *
         * @param index its place among the messages of the transaction. Where the target refused several together and does not say
         *     which, the first of them
         * @param reason why it was refused
         */
        public RefusedException(int index, PublishException reason) {
            super(reason);
            this.index = index;
            this.reason = reason;
        }

        /** Returns the place of the message among those of the transaction, or of the first of several that may be the one. */
        public int index() {
            return index;
        }

        /** Returns why the message was refused. */
        public PublishException reason() {
            return reason;
        }
    }

    /**
     * Returns the number of the transaction that was committed last when these transactions were opened.
     *
     * @return empty where the target knows of none, or has forgotten it
     */
    OptionalLong committed();

    /**
     * Begins a transaction, and waits until the target has all of its messages, in their order. Consumers do not see them yet.
     * Where no number is {@linkplain #committed() committed}, number 0 is committed before: so a target that has none later has
     * forgotten it, and says nothing of the transactions that were noted.
     *
     * @return an answer for each message, in their order
     * @throws RefusedException if the target refuses one of them
     * @throws PublishException if the target cannot be reached, or another replay took over. Nothing is published
     */
    List<Published> send(List<Message> messages);

    /**
     * Commits what was sent.
     *
     * @param number the number of this transaction, larger than all before
     * @throws PublishException if the target did not answer: the transaction is committed or not, and {@link #committed} of those who
     *     open it next tells which
     */
    void commit(long number);

    /** Ends an open transaction, of which nothing is published then, and gives back what is held. */
    @Override
    void close();
}
