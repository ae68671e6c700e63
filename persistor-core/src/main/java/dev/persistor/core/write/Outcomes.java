package dev.persistor.core.write;

import dev.persistor.core.format.UnencodableMessageException;
import dev.persistor.core.log.OutageLog;
import dev.persistor.core.log.SafeText;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.PutResult;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Says what became of messages: to the listener, and where they failed in the log.
 *
 * <p>Thread-safe.
 */
final class Outcomes {

    private static final Logger LOG = LoggerFactory.getLogger(Persistor.class);
    private static final int NAMED_IN_LOG = 5;

    private static final String OPERATION = "Making messages durable";

    private final PersistorListener listener;
    private final OutageLog outages = new OutageLog(LOG);

    Outcomes(PersistorListener listener) {
        this.listener = listener;
    }

    void durable(Message message, Receipt receipt) {
        outages.succeeded(OPERATION);
        if (receipt.result() == PutResult.CREATED) {
            listener.persisted(message, receipt);
        } else {
            listener.alreadyThere(message, receipt);
        }
    }

    void durable(Pending pending, Receipt receipt) {
        durable(pending.message(), receipt);
        pending.settle(receipt);
    }

    /** Tells everybody who waits for messages of one blob, in their order, the first of which has this receipt. */
    void durable(List<Pending> pending, Receipt first) {
        int index = first.index();
        for (Pending each : pending) {
            durable(each, new Receipt(first.blob(), index++, first.result()));
        }
    }

    /** Fails everybody who waits, for equal messages too: each of them is delivered again. */
    void failed(List<Pending> pending, Throwable cause) {
        List<Pending> all = Pending.withEqual(pending);
        try {
            reportFailed(Pending.messages(all), cause);
        } finally {
            // Whatever a listener or the log throws: callers wait for these outcomes.
            all.forEach(each -> each.fail(
                    new PersistException(List.of(new PersistException.Failure(each.message(), cause)), List.of())));
        }
    }

    /**
     * Fails the message that cannot be encoded, and takes it out of those that are to be.
     *
     * @throws UnencodableMessageException if it is none of them
     */
    void unencodable(List<Pending> pending, UnencodableMessageException cause) {
        List<Pending> unencodable = pending.stream()
                .filter(each -> each.message().equals(cause.unencodable()))
                .toList();
        if (unencodable.isEmpty()) {
            throw cause;
        }
        pending.removeAll(unencodable);
        failed(unencodable, cause);
    }

    /** Reports messages of one source that failed together. */
    void reportFailed(List<Message> messages, Throwable cause) {
        messages.forEach(message -> listener.failed(message, cause));
        String ids = messages.stream()
                .limit(NAMED_IN_LOG)
                .map(message -> SafeText.line(message.id()))
                .collect(Collectors.joining(", "));
        int others = messages.size() - NAMED_IN_LOG;
        outages.failed(
                Level.ERROR,
                OPERATION,
                OutageLog.kindOf(cause),
                () -> "Not persisted: " + messages.size() + " message(s) of "
                        + SafeText.line(messages.get(0).source()) + ", published from "
                        + messages.get(0).publishTime() + " on: " + ids
                        + (others > 0 ? " and " + others + " more" : "") + ": " + PersistException.reason(cause));
    }

    /** Logs what was counted and not logged yet. */
    void close() {
        outages.close();
    }
}
