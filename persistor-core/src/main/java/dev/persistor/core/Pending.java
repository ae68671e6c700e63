package dev.persistor.core;

import dev.persistor.core.message.Message;
import dev.persistor.core.message.MessageSize;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A message that somebody waits for. Somebody else may wait for an equal one: both hear what became of the one that is
 * written.
 *
 * <p>One at a time has it: who gathers it, then who writes it.
 */
abstract class Pending {

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

    /** Tells all who wait that the message is durable. */
    final void settle(Receipt receipt) {
        for (Pending each = this; each != null; each = each.equal) {
            each.durable(receipt);
        }
    }

    /** Tells whether it has an outcome. */
    abstract boolean isSettled();

    abstract void durable(Receipt receipt);

    abstract void failed(PersistException failure);

    /** Returns the messages, in their order. */
    static List<Message> messages(List<Pending> pending) {
        List<Message> messages = new ArrayList<>(pending.size());
        for (Pending each : pending) {
            messages.add(each.message);
        }
        return messages;
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
