package dev.persistor.core.write;

import dev.persistor.core.message.Message;
import dev.persistor.core.message.MessageSize;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A message whose caller waits for a future. Another caller may wait for an equal message: both are told the outcome of the one
 * that is written.
 *
 * <p>Used by one thread at a time: the one that collects it, then the one that writes it. The future is thread-safe.
 */
class Pending {

    private final CompletableFuture<Receipt> future = new CompletableFuture<>();
    private final Message message;
    private final long bytes;
    private @Nullable Pending equal;

    Pending(Message message) {
        this.message = message;
        this.bytes = MessageSize.of(message);
    }

    final Message message() {
        return message;
    }

    /** Returns how much of the budget it holds. */
    final long bytes() {
        return bytes;
    }

    /** Completes with the receipt, or with the failure. */
    final CompletableFuture<Receipt> future() {
        return future;
    }

    /** Completes the futures of this message and of those that equal it. */
    final void settle(Receipt receipt) {
        for (Pending each = this; each != null; each = each.equal) {
            each.future.complete(receipt);
        }
    }

    /** Tells whether the message has an outcome. */
    final boolean isSettled() {
        return future.isDone();
    }

    /** Fails this message alone. */
    void fail(PersistException failure) {
        future.completeExceptionally(failure);
    }

    /** Returns the messages, in their order. */
    static List<Message> messages(List<Pending> pending) {
        List<Message> messages = new ArrayList<>(pending.size());
        for (Pending each : pending) {
            messages.add(each.message);
        }
        return messages;
    }

    /** Returns the messages of a list that does not change, without a copy. */
    static List<Message> view(List<Pending> pending) {
        return new AbstractList<>() {
            @Override
            public Message get(int index) {
                return pending.get(index).message;
            }

            @Override
            public int size() {
                return pending.size();
            }
        };
    }

    /** Returns these, and who waits for messages equal to theirs, each once. */
    static List<Pending> withEqual(List<Pending> pending) {
        Set<Pending> all = new LinkedHashSet<>();
        for (Pending each : pending) {
            for (Pending next = each; next != null; next = next.equal) {
                all.add(next);
            }
        }
        return List.copyOf(all);
    }

    /** Returns those that have no outcome yet. */
    static List<Pending> unsettled(List<Pending> pending) {
        return pending.stream().filter(each -> !each.isSettled()).toList();
    }

    /** Returns what is to be written, in the order of a blob: of equal messages the first, which speaks for the others. */
    static List<Pending> inOrder(List<Pending> elements) {
        return isInOrder(elements) ? new ArrayList<>(elements) : sorted(elements);
    }

    /** Tells whether each comes after the one before it, as messages of a log do. */
    private static boolean isInOrder(List<Pending> elements) {
        for (int i = 1; i < elements.size(); i++) {
            if (BatchOrder.compare(elements.get(i - 1).message, elements.get(i).message) >= 0) {
                return false;
            }
        }
        return true;
    }

    private static List<Pending> sorted(List<Pending> elements) {
        Map<Message, Pending> first = new LinkedHashMap<>(elements.size() * 4 / 3 + 1);
        for (Pending each : elements) {
            Pending before = first.putIfAbsent(each.message, each);
            if (before != null) {
                each.equal = before.equal;
                before.equal = each;
            }
        }
        List<Pending> sorted = new ArrayList<>(first.values());
        sorted.sort((left, right) -> BatchOrder.compare(left.message, right.message));
        return sorted;
    }
}
