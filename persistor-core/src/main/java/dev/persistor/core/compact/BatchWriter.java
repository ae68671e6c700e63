package dev.persistor.core.compact;

import dev.persistor.core.format.UnencodableMessageException;
import dev.persistor.core.log.SafeText;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.MessageSize;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.write.PersistException;
import dev.persistor.core.write.Persistor;
import dev.persistor.core.write.Receipt;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Cuts messages into batches and writes them, and remembers what each blob must hold.
 *
 * <p>A batch ends when it has so many messages, or so many bytes, or when the next message is of another folder or log. That a batch is
 * full depends on its own messages alone. So a run that finds some of the batches of an earlier one in the target cuts the others as
 * that one did.
 *
 * <p>Not thread-safe.
 */
final class BatchWriter {

    private final Job job;
    private final Persistor persistor;
    private final WritingOrder order;
    private final Map<BlobName, DigestSum> written = new TreeMap<>();
    private final List<String> failures = new ArrayList<>();
    private List<Message> batch = new ArrayList<>();
    private WritingOrder.Batch common = new WritingOrder.Batch("", "", "");
    private long bytes;
    private long messages;

    BatchWriter(Job job, Persistor persistor, WritingOrder order) {
        this.job = job;
        this.persistor = persistor;
        this.order = order;
    }

    /**
     * Adds a message.
     *
     * @throws PersistException if the store fails
     */
    void add(Message message) {
        long size = MessageSize.of(message);
        if (size >= job.batchBytes()) {
            // Alone, and without an end for the others: else their batch would depend on it.
            write(List.of(message));
            return;
        }
        WritingOrder.Batch next = order.batchOf(message);
        if (!next.equals(common)) {
            end();
            common = next;
        }
        batch.add(message);
        bytes += size;
        if (batch.size() >= job.batchMessages() || bytes >= job.batchBytes()) {
            end();
        }
    }

    /**
     * Writes the last batch.
     *
     * @throws PersistException if the store fails
     */
    void end() {
        List<Message> full = batch;
        batch = new ArrayList<>();
        bytes = 0;
        if (!full.isEmpty()) {
            write(full);
        }
    }

    private void write(List<Message> together) {
        job.requireGoing();
        try {
            addWritten(together, persistor.persistTogether(together));
        } catch (PersistException e) {
            e.error().ifPresent(error -> {
                throw error;
            });
            addRefused(together, e);
        }
    }

    /** A message that the format cannot hold keeps no other from being written. */
    private void addRefused(List<Message> together, PersistException refusal) {
        if (!refusal.failures().stream().allMatch(failure -> failure.cause() instanceof UnencodableMessageException)) {
            throw refusal;
        }
        Set<Message> refused = Collections.newSetFromMap(new IdentityHashMap<>());
        refusal.failures().forEach(failure -> {
            refused.add(failure.message());
            failures.add("the format " + job.format().name() + " cannot hold the message "
                    + SafeText.line(failure.message().id()) + ": "
                    + failure.cause().getMessage());
        });
        addWritten(
                together.stream().filter(message -> !refused.contains(message)).toList(), refusal.receipts());
    }

    private void addWritten(List<Message> together, List<Receipt> receipts) {
        for (int i = 0; i < together.size(); i++) {
            written.computeIfAbsent(receipts.get(i).blob(), any -> new DigestSum())
                    .add(WritingOrder.wholeDigest(together.get(i)));
        }
        messages += together.size();
    }

    /** Returns what each blob must hold. */
    Map<BlobName, DigestSum> written() {
        return written;
    }

    /** Returns which messages could not be written, and why. */
    List<String> failures() {
        return failures;
    }

    /** Returns how many messages were written. */
    long messages() {
        return messages;
    }
}
