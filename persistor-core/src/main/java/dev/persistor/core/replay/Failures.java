package dev.persistor.core.replay;

import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.archive.OrderKey;
import dev.persistor.core.message.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The messages of a run that failed, and those that were held back behind them. Not thread-safe. */
final class Failures {

    private static final int MOST_SHOWN = 100;

    /** A message that failed by itself. */
    private static final class Cause {
        private final ArchivedMessage message;
        private final String reason;
        private long heldBack;

        Cause(ArchivedMessage message, String reason) {
            this.message = message;
            this.reason = reason;
        }

        FailedMessage toFailedMessage() {
            Message failed = message.message();
            return new FailedMessage(
                    failed.source(), failed.id(), message.place(), failed.orderingKey(), reason, heldBack);
        }
    }

    private final List<Cause> first = new ArrayList<>();
    private final Map<String, Cause> byKey = new HashMap<>();
    private final Map<String, Long> reasons = new LinkedHashMap<>();
    private long count;
    private long heldBack;

    /** Tells whether an earlier message of the same ordering key failed. */
    boolean hold(Message message) {
        return OrderKey.of(message).filter(byKey::containsKey).isPresent();
    }

    /** Returns the failure of a message that is held back, with the id of the message that it waits for. */
    PublishException heldBack(ArchivedMessage archived) {
        String key = OrderKey.of(archived.message()).orElse("");
        Cause cause = byKey.get(key);
        return cause == null
                ? PublishException.afterFailureOf(key)
                : PublishException.heldBack(
                        "message " + cause.message.message().id() + " of the same ordering key " + key + " failed");
    }

    void add(ArchivedMessage archived, PublishException failure) {
        count++;
        String key = OrderKey.of(archived.message()).orElse("");
        if (failure.isHeldBack()) {
            heldBack++;
            Cause cause = byKey.get(key);
            if (cause != null) {
                cause.heldBack++;
            }
            return;
        }
        String reason = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        Tally.count(reasons, reason);
        Cause cause = new Cause(archived, reason);
        if (first.size() < MOST_SHOWN) {
            first.add(cause);
        }
        if (!key.isEmpty()) {
            byKey.putIfAbsent(key, cause);
        }
    }

    /** Returns how many messages failed, with those that were held back. */
    long count() {
        return count;
    }

    long heldBack() {
        return heldBack;
    }

    Map<String, Long> reasons() {
        return new LinkedHashMap<>(reasons);
    }

    List<FailedMessage> first() {
        return first.stream().map(Cause::toFailedMessage).toList();
    }
}
