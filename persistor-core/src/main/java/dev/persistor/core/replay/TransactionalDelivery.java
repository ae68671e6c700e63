package dev.persistor.core.replay;

import dev.persistor.core.archive.OrderKey;
import dev.persistor.core.message.Message;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Collects messages, and publishes them in transactions whose numbers are in the target and in the checkpoint. These steps make one
 * transaction, so that a kill at any moment leaves no doubt:
 *
 * <ol>
 *   <li>The target has the messages. After a kill it drops them, and the checkpoint knows nothing of them.
 *   <li>The checkpoint holds, on the disk, the number of the transaction, and each message with its new place.
 *   <li>The target commits the messages and the number. After a kill before or after this, the number that it committed last says
 *       whether the messages are published.
 *   <li>The checkpoint holds that the transaction is committed.
 * </ol>
 *
 * <p>Nothing is sent before a transaction is full or a second old, so that no transaction is open for long.
 *
 * <p>When the target refuses a message, nothing of its transaction is published. The messages before it go out in one transaction, and it
 * in one of its own; if it is refused there, it fails. Those behind it of the same key are held back.
 *
 * <p>Not thread-safe.
 */
final class TransactionalDelivery implements Delivery {

    private static final long MOST_BYTES = 16L << 20;
    private static final long LONGEST = Duration.ofSeconds(1).toNanos();
    private static final String AGAIN = ". To continue, run the same command again";

    /** A message that waits. No other is equal to it. */
    private static final class Handed {
        private final CheckpointKey key;
        private final Message message;
        private final CompletableFuture<Published> future = new CompletableFuture<>();

        Handed(CheckpointKey key, Message message) {
            this.key = key;
            this.message = message;
        }
    }

    private final Transactions transactions;
    private final Checkpoint checkpoint;
    private final List<Handed> waiting = new ArrayList<>();
    /** The sizes of the next transactions after a refusal; later ones contain all waiting messages. */
    private final Deque<Integer> sizes = new ArrayDeque<>();

    private long bytes;
    private long firstCame;

    private TransactionalDelivery(Transactions transactions, Checkpoint checkpoint) {
        this.transactions = transactions;
        this.checkpoint = checkpoint;
    }

    /** Learns what became of the last transaction of an earlier run. */
    static TransactionalDelivery start(Transactions transactions, Checkpoint checkpoint) {
        checkpoint.resolve(transactions.committed());
        return new TransactionalDelivery(transactions, checkpoint);
    }

    /** Does nothing: a message is noted when the target has it. */
    @Override
    public void begin(CheckpointKey key) {}

    @Override
    public CompletableFuture<Published> publish(CheckpointKey key, Message message) {
        if (waiting.isEmpty()) {
            firstCame = System.nanoTime();
        }
        Handed handed = new Handed(key, message);
        waiting.add(handed);
        bytes += message.payloadSize();
        return handed.future;
    }

    @Override
    public boolean isDue() {
        return !waiting.isEmpty() && (bytes >= MOST_BYTES || System.nanoTime() - firstCame >= LONGEST);
    }

    /** Publishes what waits, in one transaction, or after a refusal in parts of it, until the outcome of a message is known. */
    @Override
    public void flush() {
        int before = waiting.size();
        while (waiting.size() == before && before > 0) {
            publishNext();
        }
    }

    private void publishNext() {
        Integer size = sizes.poll();
        List<Handed> together =
                List.copyOf(size == null ? waiting : waiting.subList(0, Math.min(size, waiting.size())));
        try {
            List<Published> answers = send(together);
            commit(together, answers);
            remove(together);
            for (int i = 0; i < answers.size(); i++) {
                together.get(i).future.complete(answers.get(i));
            }
        } catch (Transactions.RefusedException e) {
            refused(together, e);
        }
    }

    private List<Published> send(List<Handed> together) {
        try {
            return transactions.send(
                    together.stream().map(handed -> handed.message).toList());
        } catch (PublishException e) {
            throw new PublishException(e.getMessage() + ". Nothing in this transaction was published" + AGAIN, true, e);
        }
    }

    private void commit(List<Handed> together, List<Published> answers) {
        long number = checkpoint.beginTransaction(
                together.stream().map(handed -> handed.key).toList(), answers);
        try {
            transactions.commit(number);
        } catch (PublishException e) {
            throw new PublishException(
                    e.getMessage() + ". The next run determines whether the last transaction was published" + AGAIN,
                    true,
                    e);
        }
        checkpoint.committed(number);
    }

    private void refused(List<Handed> together, Transactions.RefusedException refusal) {
        if (together.size() == 1) {
            fail(together.get(0), refusal.reason());
            return;
        }
        sizes.clear();
        if (refusal.index() > 0) {
            sizes.add(refusal.index());
        }
        sizes.add(1);
    }

    private void fail(Handed refused, PublishException reason) {
        List<Handed> failed = new ArrayList<>(List.of(refused));
        Optional<String> key = OrderKey.of(refused.message);
        if (key.isPresent()) {
            waiting.stream()
                    .filter(other ->
                            other != refused && OrderKey.of(other.message).equals(key))
                    .forEach(failed::add);
        }
        remove(failed);
        refused.future.completeExceptionally(reason);
        failed.forEach(handed -> handed.future.completeExceptionally(PublishException.afterFailureOf(key.orElse(""))));
    }

    private void remove(List<Handed> settled) {
        waiting.removeAll(new HashSet<>(settled));
        bytes = waiting.stream()
                .mapToLong(handed -> handed.message.payloadSize())
                .sum();
    }

    /** Does nothing: what was behind a failed message was held back at once. */
    @Override
    public void resume(String key) {}
}
