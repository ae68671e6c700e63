package dev.persistor.core.replay;

import dev.persistor.core.message.Position;
import dev.persistor.core.replay.CheckpointNotes.Digest128;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The transactions in a checkpoint: which messages a transaction has, and whether it is committed. Of messages that have another
 * line since, nothing is kept, so that no more are here than a transaction has, for each kill.
 *
 * <p>Not thread-safe.
 */
final class CheckpointTransactions {

    /** A message of a transaction, with its place in the target. */
    private record Sent(long number, Published answer) {}

    private final Map<Digest128, Sent> sent = new LinkedHashMap<>();
    private final Map<Digest128, Published> committed = new LinkedHashMap<>();
    private long last;

    /** Returns the number of the last transaction; 0 if there was none. */
    long last() {
        return last;
    }

    void begun(long number) {
        last = number;
    }

    void sent(Digest128 digest, Published answer) {
        sent.put(digest, new Sent(last, answer));
    }

    /** Takes the messages of a transaction for published, and returns them. */
    List<Digest128> committed(long number) {
        List<Digest128> digests = of(number);
        digests.forEach(digest -> {
            Sent message = sent.remove(digest);
            if (message != null) {
                committed.put(digest, message.answer);
            }
        });
        return digests;
    }

    /** Takes the messages of all transactions that are not known to be committed for not published. */
    void rolledBack() {
        sent.clear();
    }

    private List<Digest128> of(long number) {
        return sent.entrySet().stream()
                .filter(entry -> entry.getValue().number == number)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** A message has a line of its own. */
    void settled(Digest128 digest) {
        sent.remove(digest);
        committed.remove(digest);
    }

    /** Returns the messages of transactions that are not known to be committed. */
    List<Digest128> open() {
        return List.copyOf(sent.keySet());
    }

    /** Returns the answer for a message of a committed transaction that no run has told of. */
    Optional<Published> untold(Digest128 digest) {
        return Optional.ofNullable(committed.get(digest));
    }

    /** Compares the last committed transaction of the target with the last one of the checkpoint. */
    enum Fate {
        COMMITTED,
        ROLLED_BACK,
        UNKNOWN
    }

    /**
     * Compares what the target has committed.
     *
     * @param number the number of the last transaction there
     * @throws IllegalArgumentException if it has committed one that is not noted here
     */
    Fate fate(OptionalLong number) {
        if (number.isEmpty()) {
            // Number 0 was committed before the first transaction, and brokers forget numbers in time.
            return Fate.UNKNOWN;
        }
        if (number.getAsLong() > last) {
            throw new IllegalArgumentException("the target has committed transaction " + number.getAsLong()
                    + " of this replay, but the checkpoint knows only " + last
                    + ": it is an old copy. Use the latest checkpoint, or messages are published twice");
        }
        return number.getAsLong() == last ? Fate.COMMITTED : Fate.ROLLED_BACK;
    }

    /** Returns the answer that a line holds: a partition and an offset, or nothing. */
    static Published answer(String[] words, int at) {
        return words.length > at + 1
                ? Published.at(new Position("", words[at], Long.parseLong(words[at + 1])))
                : Published.withoutId();
    }
}
