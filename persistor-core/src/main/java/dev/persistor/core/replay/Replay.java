package dev.persistor.core.replay;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.MessageFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Publishes messages of an archive again: each once, unaltered but for the marks that it gets as attributes. What the filter
 * {@linkplain MessageFilter#exclusions excludes} is counted and not published.
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

    private final Options options;

    private Replay(Builder builder) {
        this.options = new Options(builder);
    }

    /** The options of a replay. Immutable. */
    static final class Options {

        final Archive archive;
        final MessageFilter filter;
        final MessagePublisher target;
        final ReplayOrder order;
        final boolean dedupe;
        final Throttle throttle;
        final AddedAttributes marks;
        final boolean marked;
        final @Nullable NewIds newIds;
        final long limit;
        final long mostFailures;
        final OnFailure onFailure;
        final int mostUnderWay;
        final @Nullable Checkpoint checkpoint;
        final @Nullable Transactions transactions;
        final boolean acceptsFailures;
        final BooleanSupplier stop;
        final List<ReplayListener> listeners;
        final Supplier<List<String>> warnings;

        private Options(Builder builder) {
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
            this.mostFailures = builder.onFailure == OnFailure.STOP ? 1 : builder.mostFailures;
            this.onFailure = builder.onFailure;
            this.mostUnderWay = builder.order == ReplayOrder.TIME ? 1 : builder.mostUnderWay;
            this.checkpoint = builder.checkpoint;
            this.transactions = builder.transactions;
            this.acceptsFailures = builder.acceptsFailures;
            this.stop = builder.stop;
            this.listeners = List.copyOf(builder.listeners);
            this.warnings = () -> builder.warnings.computeIfAbsent(newIds != null, target::warnings);
        }

        /** Returns how messages are handed over. */
        Delivery delivery(boolean publishes) {
            if (!publishes || checkpoint == null) {
                return new DirectDelivery(target, checkpoint);
            }
            if (transactions != null) {
                return TransactionalDelivery.start(transactions, checkpoint);
            }
            return checkpoint.isCollecting()
                    ? new NotedDelivery(target, checkpoint, mostUnderWay)
                    : new DirectDelivery(target, checkpoint);
        }
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
        return new ReplayRun(options, false).go();
    }

    /**
     * Publishes the messages, and waits until the target has answered for each.
     *
     * @throws Error if an {@link Error} on any thread ended the replay: memory has run out, or a class is missing. Whatever was
     *     under way has an outcome then, and the checkpoint tells what is out
     * @throws InterruptedException if the thread is interrupted; the checkpoint tells what is out
     */
    public ReplayReport run() throws InterruptedException {
        return new ReplayRun(options, true).go();
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
        private @Nullable Transactions transactions;
        private boolean acceptsFailures;
        private OnFailure onFailure = OnFailure.STOP_KEY;
        private BooleanSupplier stop = () -> false;
        private final List<ReplayListener> listeners = new ArrayList<>();
        /** The target's warnings for messages with their own and with new ids; a dry run and a run share them. */
        private final Map<Boolean, List<String>> warnings = new HashMap<>();

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

        /**
         * Publishes other copies of a message too. With a checkpoint, each archived copy is noted by itself, by its place; so a
         * checkpoint is to be used either with this or without. Default: each message once.
         */
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
         * Ends when so many messages failed, those held back included. No more than these count as failed: what is under way then and
         * fails, too, is postponed. Default: goes on, whatever fails.
         *
         * @throws IllegalArgumentException if it is under 1
         */
        public Builder mostFailures(long failures) {
            this.mostFailures = requirePositive("number of failures", failures);
            return this;
        }

        /** Sets what follows a failed message. Default: {@link OnFailure#STOP_KEY}. */
        public Builder onFailure(OnFailure onFailure) {
            this.onFailure = Objects.requireNonNull(onFailure, "onFailure");
            return this;
        }

        /** Ends the replay once this says so; what is under way gets an outcome. Default: never. */
        public Builder stopWhen(BooleanSupplier stop) {
            this.stop = Objects.requireNonNull(stop, "stop");
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

        /**
         * Notes what becomes of each message. What an earlier run published is left out, and what failed in one is tried again. The
         * checkpoint stays its opener's to close. Default: nothing is noted.
         */
        public Builder checkpoint(Checkpoint checkpoint) {
            this.checkpoint = Objects.requireNonNull(checkpoint, "checkpoint");
            return this;
        }

        /**
         * Accepts what the checkpoint notes as failed or unreadable by earlier runs: it is not tried again, in this run and in later
         * ones, and a report is complete without it. Failures of this run are not accepted. Default: they are tried again.
         */
        public Builder acceptFailures() {
            this.acceptsFailures = true;
            return this;
        }

        /** Adds an observer. Default: none. */
        public Builder listener(ReplayListener listener) {
            this.listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * Publishes in transactions, so that with a {@link #checkpoint} each message is published once, whenever the replay is killed.
         * They stay their opener's to close. Default: each message is published at once.
         *
         * @param transactions transactions to the target, opened for the {@linkplain Checkpoint#id checkpoint}
         */
        public Builder inTransactions(Transactions transactions) {
            this.transactions = Objects.requireNonNull(transactions, "transactions");
            return this;
        }

        /**
         * Returns the replay; nothing is read yet.
         *
         * @throws IllegalStateException if there are transactions and no checkpoint
         */
        public Replay build() {
            if (transactions != null && checkpoint == null) {
                throw new IllegalStateException("a replay in transactions requires a checkpoint");
            }
            return new Replay(this);
        }
    }
}
