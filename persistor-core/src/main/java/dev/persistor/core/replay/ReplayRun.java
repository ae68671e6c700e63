package dev.persistor.core.replay;

import dev.persistor.core.archive.ArchiveReader;
import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.archive.Exclusions;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.archive.MessageKey;
import dev.persistor.core.archive.OrderKey;
import dev.persistor.core.archive.RepeatedMessages;
import dev.persistor.core.archive.SeenMessages;
import dev.persistor.core.log.Causes;
import dev.persistor.core.message.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One pass over the archive. All but the answers' arrival happens on the caller's thread. Not thread-safe. */
final class ReplayRun {

    /**
     * A message that is handed over.
     *
     * @param key what the checkpoint notes of it
     * @param number its place in the order in which messages are handed over
     * @param mayBeOut whether an earlier attempt may have arrived
     */
    private record Sent(ArchivedMessage archived, CheckpointKey key, Message message, long number, boolean mayBeOut) {}

    /** The target's answer for a message. */
    private record Outcome(
            Sent sent, @Nullable Published answer, @Nullable Throwable failure) {}

    /** Before a pause of this length, waiting messages are sent. */
    private static final Duration LONG_DELAY = Duration.ofSeconds(1);

    private final Replay.Options options;
    private final boolean publishes;
    private final MessageFilter matching;
    private final Tally tally = new Tally();
    private final RepeatedMessages repeated;
    private final Delivery delivery;
    private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
    /** Messages that the publisher held back, to be handed over again. */
    private final List<Sent> toResume = new ArrayList<>();

    /** Messages that the publisher reported as held back before it reported the failed one. */
    private final List<Sent> early = new ArrayList<>();

    private long handedOver;
    private int underWay;
    /** The {@link Error} that ended a thread of the publisher, if any. */
    private @Nullable Error error;

    ReplayRun(Replay.Options options, boolean publishes) {
        this.options = options;
        this.publishes = publishes;
        this.delivery = options.delivery(publishes);
        this.matching = options.filter.excluding(Exclusions.NONE);
        this.repeated = publishes ? RepeatedMessages.counted() : RepeatedMessages.named();
    }

    ReplayReport go() throws InterruptedException {
        startPass();
        try (repeated;
                ArchiveReader messages = options.archive.read(matching, options.order.reading())) {
            @Nullable StopReason stopped = takeAll(messages);
            resumeAll();
            boolean readAll = stopped == null && error == null;
            UnreadableBlobs unreadable = unreadable(messages, readAll);
            if (error != null) {
                throw error;
            }
            repeated.findPlaces(options.archive, matching);
            return tally.report(repeated, failedEarlier(), options.warnings.get(), unreadable, stopped);
        }
    }

    private void startPass() {
        if (options.checkpoint != null) {
            options.checkpoint.startPass();
            if (publishes && options.acceptsFailures) {
                options.checkpoint.accept();
            }
        }
    }

    private @Nullable StopReason takeAll(ArchiveReader messages) throws InterruptedException {
        while (error == null) {
            makeRoom();
            @Nullable StopReason reason = reasonToStop();
            if (reason != null) {
                return reason;
            }
            if (!messages.hasNext()) {
                resumeAll();
                return hasMostFailures() ? StopReason.FAILURES : null;
            }
            take(messages.next());
        }
        return null;
    }

    private @Nullable StopReason reasonToStop() {
        if (hasMostFailures()) {
            return StopReason.FAILURES;
        }
        if (tally.planned() >= options.limit) {
            return StopReason.LIMIT;
        }
        return options.stop.getAsBoolean() ? StopReason.REQUEST : null;
    }

    private boolean hasMostFailures() {
        return tally.failures().count() >= options.mostFailures;
    }

    private UnreadableBlobs unreadable(ArchiveReader messages, boolean readAll) {
        UnreadableBlobs unreadable = UnreadableBlobs.of(
                messages.findings(), options.checkpoint, options.acceptsFailures, readAll, options.archive, matching);
        if (publishes && options.checkpoint != null) {
            unreadable.note(options.checkpoint, readAll);
            // Before a report says what is published.
            options.checkpoint.flush();
        }
        return unreadable;
    }

    private long failedEarlier() {
        return options.checkpoint == null || options.acceptsFailures ? 0 : options.checkpoint.failuresNotMet();
    }

    private void take(ArchivedMessage archived) throws InterruptedException {
        MessageKey key = MessageKey.of(archived.message());
        CheckpointKey noted = noted(key, archived);
        Checkpoint.Standing standing =
                options.checkpoint == null ? Checkpoint.Standing.NEW : options.checkpoint.meet(noted);
        Optional<String> exclusion = options.filter.exclusions().match(archived.message());
        if (exclusion.isPresent() && standing != Checkpoint.Standing.PUBLISHED) {
            tally.excluded();
            options.listeners.forEach(listener -> listener.excluded(archived, exclusion.get()));
            return;
        }
        boolean isCopy = repeated.add(key, archived) == SeenMessages.Kind.COPY;
        if (options.dedupe && isCopy) {
            tally.duplicate();
            options.listeners.forEach(listener -> listener.skipped(archived));
        } else if (isSettled(standing)) {
            settledEarlier(archived, noted);
        } else {
            plan(archived, key, noted);
        }
    }

    private CheckpointKey noted(MessageKey key, ArchivedMessage archived) {
        if (options.checkpoint == null) {
            return CheckpointKey.NONE;
        }
        return options.dedupe ? CheckpointKey.of(key) : CheckpointKey.ofCopy(key, archived);
    }

    /** Tells listeners the messages of a transaction that was committed when a run was killed. */
    private void settledEarlier(ArchivedMessage archived, CheckpointKey key) {
        Checkpoint checkpoint = options.checkpoint;
        Optional<Published> untold = publishes && checkpoint != null ? checkpoint.untold(key) : Optional.empty();
        if (checkpoint == null || untold.isEmpty()) {
            options.listeners.forEach(listener -> listener.skipped(archived));
            return;
        }
        options.listeners.forEach(listener -> listener.published(archived, untold.get()));
        checkpoint.published(key);
    }

    private boolean isSettled(Checkpoint.Standing standing) {
        switch (standing) {
            case PUBLISHED -> tally.publishedBefore();
            case ACCEPTED -> tally.accepted();
            case FAILED -> {
                if (!options.acceptsFailures) {
                    return false;
                }
                tally.accepted();
            }
            case NEW -> {
                return false;
            }
        }
        return true;
    }

    private void plan(ArchivedMessage archived, MessageKey key, CheckpointKey noted) throws InterruptedException {
        Message message = toSend(archived, key);
        tally.planned(archived.message(), publishes ? List.of() : options.target.losses(message));
        if (!publishes) {
            return;
        }
        boolean mayBeOut = options.checkpoint != null && options.checkpoint.mayBeOut(noted);
        Sent sent = new Sent(archived, noted, message, handedOver++, mayBeOut);
        if (options.onFailure != OnFailure.CONTINUE && tally.failures().hold(message)) {
            fail(sent, tally.failures().heldBack(archived));
        } else {
            awaitThrottle(archived.message());
            delivery.begin(noted);
            handOver(sent);
        }
    }

    private void awaitThrottle(Message message) throws InterruptedException {
        if (options.throttle.delay(message).compareTo(LONG_DELAY) > 0) {
            delivery.flush();
        }
        options.throttle.await(message);
    }

    private Message toSend(ArchivedMessage archived, MessageKey key) {
        Message message = options.marked ? options.marks.on(archived, key) : archived.message();
        if (options.newIds == null) {
            return message;
        }
        return options.dedupe ? options.newIds.on(message, key) : options.newIds.onCopy(message, key, archived);
    }

    private void handOver(Sent sent) throws InterruptedException {
        CompletableFuture<Published> future = delivery.publish(sent.key, sent.message);
        underWay++;
        CompletableFuture<?> unused =
                future.whenComplete((answer, failure) -> outcomes.add(new Outcome(sent, answer, failure)));
    }

    private void makeRoom() throws InterruptedException {
        for (Outcome outcome = outcomes.poll(); outcome != null; outcome = outcomes.poll()) {
            settle(outcome);
        }
        if (delivery.isDue()) {
            delivery.flush();
        }
        while (underWay >= options.mostUnderWay) {
            settleNext();
        }
        if (!toResume.isEmpty()) {
            resumeAll();
        }
    }

    private void settleAll() throws InterruptedException {
        while (underWay > 0) {
            settleNext();
        }
        // Those whose cause did not count as a failure any more.
        List<Sent> others = List.copyOf(early);
        early.clear();
        others.forEach(sent -> settle(sent, tally.failures().heldBack(sent.archived)));
    }

    private void settleNext() throws InterruptedException {
        Outcome outcome = outcomes.poll();
        if (outcome == null) {
            delivery.flush();
            outcome = outcomes.take();
        }
        settle(outcome);
    }

    private void settle(Outcome outcome) {
        underWay--;
        Sent sent = outcome.sent;
        if (outcome.answer != null) {
            published(sent, outcome.answer);
            return;
        }
        PublishException failure = failure(outcome.failure);
        if (error == null && failure.getCause() instanceof Error cause) {
            error = cause;
        }
        if (failure.isHeldBack() && !tally.failures().hold(sent.message)) {
            early.add(sent);
            return;
        }
        settle(sent, failure);
        List<Sent> followers = early.stream()
                .filter(held -> tally.failures().hold(held.message))
                .toList();
        early.removeAll(followers);
        followers.forEach(held -> settle(held, tally.failures().heldBack(held.archived)));
    }

    private void settle(Sent sent, PublishException failure) {
        if (hasMostFailures() && error == null) {
            postpone(sent, failure.mayHaveArrived());
        } else if (failure.isHeldBack() && options.onFailure == OnFailure.CONTINUE) {
            toResume.add(sent);
        } else {
            fail(sent, failure.isHeldBack() ? tally.failures().heldBack(sent.archived) : failure);
        }
    }

    /**
     * Hands over again what the publisher held back behind failed messages, in the old order, when nothing else is under way. So no
     * message overtakes one of its ordering key that may still go out.
     */
    private void resumeAll() throws InterruptedException {
        settleAll();
        while (!toResume.isEmpty() && error == null) {
            List<Sent> again = toResume.stream()
                    .sorted(Comparator.comparingLong(Sent::number))
                    .toList();
            toResume.clear();
            if (hasMostFailures()) {
                again.forEach(sent -> postpone(sent, false));
                return;
            }
            keys(again).forEach(delivery::resume);
            long settled = tally.settled();
            for (Sent sent : again) {
                handOver(sent);
            }
            settleAll();
            if (tally.settled() == settled) {
                // A publisher that holds back all of them again does not resume.
                toResume.forEach(sent -> fail(sent, tally.failures().heldBack(sent.archived)));
                toResume.clear();
            }
        }
    }

    private static Set<String> keys(List<Sent> messages) {
        return messages.stream()
                .flatMap(sent -> OrderKey.of(sent.message).stream())
                .collect(Collectors.toSet());
    }

    private void published(Sent sent, Published answer) {
        // First: after a kill in between, a listener hears of the message once more, and not never.
        options.listeners.forEach(listener -> listener.published(sent.archived, answer));
        if (options.checkpoint != null) {
            options.checkpoint.published(sent.key);
        }
        tally.published();
        if (sent.mayBeOut) {
            tally.maybeTwice(sent.archived);
        }
    }

    private void fail(Sent sent, PublishException failure) {
        if (options.checkpoint != null) {
            options.checkpoint.failed(sent.key, failure.mayHaveArrived());
        }
        tally.failures().add(sent.archived, failure);
        options.listeners.forEach(listener -> listener.failed(sent.archived, failure));
    }

    /** Without another line, the checkpoint says of a message that it may be out. */
    private void postpone(Sent sent, boolean mayHaveArrived) {
        if (options.checkpoint != null && !mayHaveArrived) {
            options.checkpoint.takenBack(sent.key);
        }
        tally.postponed();
        options.listeners.forEach(listener -> listener.postponed(sent.archived));
    }

    private static PublishException failure(@Nullable Throwable failure) {
        Throwable cause = failure == null ? null : Causes.unwrapped(failure);
        return cause instanceof PublishException known
                ? known
                : PublishException.unknown("the publisher failed: " + cause, cause);
    }
}
