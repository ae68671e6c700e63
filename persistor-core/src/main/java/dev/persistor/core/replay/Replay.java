package dev.persistor.core.replay;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.ArchiveReader;
import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.archive.MessageKey;
import dev.persistor.core.archive.RepeatedMessages;
import dev.persistor.core.archive.SeenMessages;
import dev.persistor.core.log.Causes;
import dev.persistor.core.message.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Publishes messages of an archive again: each once, unaltered but for the marks that it gets as attributes.
 *
 * <pre>{@code
 * try (MessagePublisher topic = MessagePublishers.open(URI.create("pubsub://project/orders"), System.getenv())) {
 *     Replay replay = Replay.of(archive, lost).to(topic).build();
 *     ReplayReport plan = replay.plan(); // reads everything and publishes nothing
 *     ReplayReport report = replay.run();
 * }
 * }</pre>
 *
 * <p>Not thread-safe: throttle, checkpoint and listeners are used by the thread that runs it.
 */
public final class Replay {

    private static final int DEFAULT_UNDER_WAY = 1_000;

    private final Archive archive;
    private final MessageFilter filter;
    private final MessagePublisher target;
    private final ReplayOrder order;
    private final boolean dedupe;
    private final Throttle throttle;
    private final AddedAttributes marks;
    private final boolean marked;
    private final @Nullable NewIds newIds;
    private final long limit;
    private final long mostFailures;
    private final int mostUnderWay;
    private final @Nullable Checkpoint checkpoint;
    private final Predicate<ArchivedMessage> keepFailed;
    private final List<ReplayListener> listeners;

    private Replay(Builder builder) {
        this.archive = builder.archive;
        this.filter = builder.filter;
        this.target = builder.target;
        this.order = builder.order;
        this.dedupe = builder.dedupe;
        this.throttle = builder.throttle;
        this.marks = new AddedAttributes(builder.marks, builder.timeAttribute);
        this.marked = builder.marked;
        this.newIds = builder.newIds;
        this.limit = builder.limit;
        this.mostFailures = builder.mostFailures;
        this.mostUnderWay = builder.order == ReplayOrder.TIME ? 1 : builder.mostUnderWay;
        this.checkpoint = builder.checkpoint;
        this.keepFailed = builder.keepFailed;
        this.listeners = List.copyOf(builder.listeners);
    }

    /** Returns the beginning of a replay of the messages that a filter takes. */
    public static From of(Archive archive, MessageFilter filter) {
        return new From(archive, filter);
    }

    /**
     * What is replayed.
     *
     * <p>Immutable.
     */
    public record From(Archive archive, MessageFilter filter) {

        /** Says where to. The publisher stays its opener's to close. */
        public Builder to(MessagePublisher target) {
            return new Builder(archive, filter, target);
        }
    }

    /**
     * Reads everything and publishes nothing.
     *
     * @return what {@link #run} would publish, and what the target cannot hold of it
     * @throws InterruptedException if the thread is interrupted
     */
    public ReplayReport plan() throws InterruptedException {
        return new Run(false).go();
    }

    /**
     * Publishes the messages, and waits until the target has answered for each.
     *
     * @throws Error if an {@link Error} on any thread ended the replay: memory has run out, or a class is missing. Whatever was
     *     under way has an outcome then, and the checkpoint tells what is out
     * @throws InterruptedException if the thread is interrupted; the checkpoint tells what is out
     */
    public ReplayReport run() throws InterruptedException {
        return new Run(true).go();
    }

    /** What the target said of a message. */
    private record Outcome(
            ArchivedMessage message,
            MessageKey key,
            @Nullable Published answer,
            @Nullable Throwable failure) {}

    /** One pass over the archive. All but the answers' arrival happens on the caller's thread. */
    private final class Run {

        private final boolean publishes;
        private final Tally tally = new Tally();
        private final RepeatedMessages repeated;
        private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
        private int underWay;
        /** What ended a thread of the publisher, if an {@link Error} did. */
        private @Nullable Error error;

        Run(boolean publishes) {
            this.publishes = publishes;
            this.repeated = publishes ? RepeatedMessages.counted() : RepeatedMessages.named();
        }

        ReplayReport go() throws InterruptedException {
            try (ArchiveReader messages = archive.read(filter, order.reading())) {
                String stopped = null;
                while (stopped == null && error == null && messages.hasNext()) {
                    take(messages.next());
                    stopped = reasonToStop();
                }
                settleAll();
                if (error != null) {
                    throw error;
                }
                repeated.findPlaces(archive, filter);
                return tally.report(repeated, messages.findings(), target.warnings(newIds != null), stopped);
            }
        }

        private @Nullable String reasonToStop() {
            if (tally.failed() >= mostFailures) {
                return "after " + tally.failed() + " failures";
            }
            return tally.planned() >= limit ? "at the limit of " + limit + " messages" : null;
        }

        private void take(ArchivedMessage archived) throws InterruptedException {
            MessageKey key = MessageKey.of(archived.message());
            boolean isCopy = repeated.add(key, archived) == SeenMessages.Kind.COPY;
            if (dedupe && isCopy) {
                tally.duplicate();
                listeners.forEach(listener -> listener.skipped(archived));
            } else if (checkpoint != null && checkpoint.isDone(key)) {
                tally.publishedBefore();
                listeners.forEach(listener -> listener.skipped(archived));
            } else {
                Message message = sent(archived, key);
                tally.planned(archived.message(), publishes ? List.of() : target.losses(message));
                if (publishes) {
                    publish(archived, message, key);
                }
            }
        }

        private Message sent(ArchivedMessage archived, MessageKey key) {
            Message message = marked ? marks.on(archived, key) : archived.message();
            if (newIds == null) {
                return message;
            }
            return dedupe ? newIds.on(message, key) : newIds.onCopy(message, key, archived);
        }

        private void publish(ArchivedMessage archived, Message message, MessageKey key) throws InterruptedException {
            makeRoom();
            throttle.await(archived.message());
            if (checkpoint != null) {
                if (checkpoint.mayBeOut(key)) {
                    tally.maybeTwice(archived);
                }
                checkpoint.begin(key);
            }
            CompletableFuture<Published> future = target.publish(message);
            underWay++;
            CompletableFuture<?> unused =
                    future.whenComplete((answer, failure) -> outcomes.add(new Outcome(archived, key, answer, failure)));
        }

        private void makeRoom() throws InterruptedException {
            for (Outcome outcome = outcomes.poll(); outcome != null; outcome = outcomes.poll()) {
                settle(outcome);
            }
            while (underWay >= mostUnderWay) {
                settleNext();
            }
        }

        private void settleAll() throws InterruptedException {
            while (underWay > 0) {
                settleNext();
            }
        }

        private void settleNext() throws InterruptedException {
            Outcome outcome = outcomes.poll();
            if (outcome == null) {
                target.flush();
                outcome = outcomes.take();
            }
            settle(outcome);
        }

        private void settle(Outcome outcome) {
            underWay--;
            if (outcome.answer != null) {
                done(outcome.key);
                tally.published();
                listeners.forEach(listener -> listener.published(outcome.message, outcome.answer));
                return;
            }
            PublishException failure = failure(outcome.failure);
            if (error == null && failure.getCause() instanceof Error cause) {
                error = cause;
            }
            tally.failed(failure);
            if (keepFailed.test(outcome.message)) {
                // It is replayed out of there, and so no more out of here.
                done(outcome.key);
            }
            listeners.forEach(listener -> listener.failed(outcome.message, failure));
        }

        private void done(MessageKey key) {
            if (checkpoint != null) {
                checkpoint.done(key);
            }
        }

        private static PublishException failure(@Nullable Throwable failure) {
            Throwable cause = failure == null ? null : Causes.unwrapped(failure);
            return cause instanceof PublishException known
                    ? known
                    : new PublishException("the publisher failed: " + cause, false, cause);
        }
    }

    /** Collects how a replay is done. Not thread-safe. */
    public static final class Builder {

        private final Archive archive;
        private final MessageFilter filter;
        private final MessagePublisher target;
        private ReplayOrder order = ReplayOrder.KEY;
        private boolean dedupe = true;
        private Throttle throttle = Throttle.unlimited();
        private final Map<String, String> marks = new LinkedHashMap<>();
        private String timeAttribute = "";
        private boolean marked = true;
        private @Nullable NewIds newIds;
        private long limit = Long.MAX_VALUE;
        private long mostFailures = Long.MAX_VALUE;
        private int mostUnderWay = DEFAULT_UNDER_WAY;
        private @Nullable Checkpoint checkpoint;
        private Predicate<ArchivedMessage> keepFailed = message -> false;
        private final List<ReplayListener> listeners = new ArrayList<>();

        private Builder(Archive archive, MessageFilter filter, MessagePublisher target) {
            this.archive = Objects.requireNonNull(archive, "archive");
            this.filter = Objects.requireNonNull(filter, "filter");
            this.target = Objects.requireNonNull(target, "target");
        }

        /** Sets the order. Default: {@link ReplayOrder#KEY}. */
        public Builder order(ReplayOrder order) {
            this.order = Objects.requireNonNull(order, "order");
            return this;
        }

        /** Publishes other copies of a message too. Default: each message once. */
        public Builder withDuplicates() {
            this.dedupe = false;
            return this;
        }

        /** Sets how fast. Default: {@link Throttle#unlimited()}. */
        public Builder throttle(Throttle throttle) {
            this.throttle = Objects.requireNonNull(throttle, "throttle");
            return this;
        }

        /** Adds an attribute to each message that has none of that name. Default: Persistor's own marks only. */
        public Builder mark(String name, String value) {
            marks.put(name, value);
            return this;
        }

        /**
         * Puts the original publish time, in ISO-8601, into one more attribute, for consumers that take a message's time from
         * there, unless the message has one of that name. Default: only {@code persistor-original-publish-time} has it.
         */
        public Builder timeIn(String attribute) {
            this.timeAttribute = Objects.requireNonNull(attribute, "attribute");
            return this;
        }

        /** Leaves the messages as they are, for a copy into another archive. Default: they get marks. */
        public Builder withoutMarks() {
            this.marked = false;
            return this;
        }

        /**
         * Gives each message an id that no earlier replay gave it, for a target that drops a message whose id it knows. The old id is
         * kept in the attribute {@code persistor-broker-messageId}. Default: messages keep their ids.
         *
         * @param run what tells this replay from all others; the same when it goes on after a kill, so that a message that goes out a
         *     second time has the same id again
         */
        public Builder newIds(String run) {
            this.newIds = new NewIds(Objects.requireNonNull(run, "run"));
            return this;
        }

        /**
         * Stops after so many messages. Default: no limit.
         *
         * @throws IllegalArgumentException if it is under 1
         */
        public Builder limit(long messages) {
            this.limit = requirePositive("limit", messages);
            return this;
        }

        /**
         * Ends when so many messages failed. Default: goes on, whatever fails.
         *
         * @throws IllegalArgumentException if it is under 1
         */
        public Builder mostFailures(long failures) {
            this.mostFailures = requirePositive("number of failures", failures);
            return this;
        }

        /**
         * Sets how many messages may be under way, and so how many may go out a second time after a kill. Default: 1,000; 1
         * with {@link ReplayOrder#TIME}.
         *
         * @throws IllegalArgumentException if it is under 1
         */
        public Builder mostUnderWay(int messages) {
            this.mostUnderWay = Math.toIntExact(requirePositive("number of messages under way", messages));
            return this;
        }

        private static long requirePositive(String what, long value) {
            if (value < 1) {
                throw new IllegalArgumentException("the " + what + " must be 1 or more, and is " + value);
            }
            return value;
        }

        /** Notes what is out, and leaves out what was noted. It stays its opener's to close. Default: nothing is noted. */
        public Builder checkpoint(Checkpoint checkpoint) {
            this.checkpoint = Objects.requireNonNull(checkpoint, "checkpoint");
            return this;
        }

        /**
         * Keeps failed messages, on the thread that runs the replay. Default: they are not kept.
         *
         * @param keepFailed returns whether it keeps a message: then a checkpoint leaves it out the next time
         */
        public Builder keepFailed(Predicate<ArchivedMessage> keepFailed) {
            this.keepFailed = Objects.requireNonNull(keepFailed, "keepFailed");
            return this;
        }

        /** Adds an observer. Default: none. */
        public Builder listener(ReplayListener listener) {
            this.listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /** Returns the replay; nothing is read yet. */
        public Replay build() {
            return new Replay(this);
        }
    }
}
