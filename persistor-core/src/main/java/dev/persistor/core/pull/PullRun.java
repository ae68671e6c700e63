package dev.persistor.core.pull;

import dev.persistor.core.capture.Archived;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.capture.PartitionWriter;
import dev.persistor.core.capture.RefusedEventException;
import dev.persistor.core.log.Causes;
import dev.persistor.core.log.OutageLog;
import dev.persistor.core.message.Message;
import dev.persistor.core.retry.Backoff;
import dev.persistor.core.retry.Pauses;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.thread.DaemonThreads;
import dev.persistor.core.write.PersistException;
import dev.persistor.core.write.RejectedEvent;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One run of a pull function: it takes what a broker hands over, makes it durable, and tells the broker.
 *
 * <ul>
 *   <li>A message is acknowledged when it is durable, and not before. One that may not be durable is given back at once, so that
 *       it comes again, and ends the run, since the next would most likely fare the same; what is held by then is still
 *       tried, unless a store did not answer until its retries were over.
 *   <li>What cannot be kept as a message, with quarantine off, is held until the run ends and then given back: it would come
 *       again at once.
 *   <li>While a message is held, its deadline is extended.
 *   <li>No more is asked for than may be held. What is not durable when the grace after the run's end is over is given back.
 * </ul>
 *
 * <p>Thread-safe.
 *
 * @param <H> what names a delivery
 */
public final class PullRun<H> {

    /** What became of a delivery: how it was archived, or why it may not be durable. */
    private record Outcome<H>(
            Received<H> received,
            @Nullable Archived archived,
            @Nullable Throwable failure) {}

    private static final Logger LOG = LoggerFactory.getLogger(PullRun.class);

    /** No longer, so that a run that is to end hears of it. */
    private static final Duration QUESTION = Duration.ofSeconds(1);
    /** A broker that answers at once that it has nothing is not to be asked without a pause. */
    private static final Duration AFTER_NOTHING = Duration.ofMillis(100);

    private static final Backoff AFTER_FAILURE = Backoff.ofMillis(250, 5_000);
    private static final int LOOKUPS = 16;
    private static final String ASKING = "Polling the broker";
    private static final String EXTENDING = "Extending deadlines";

    private final Capture capture;
    private final PullBroker<H> broker;
    private final Optional<PartitionWriter> logs;
    private final Function<Message, CompletableFuture<Archived>> archiver;
    private final OutageLog outages = new OutageLog(LOG);
    private final AckSender<H> acks;
    private final ScheduledExecutorService leases;
    private final ThreadPoolExecutor lookups;
    private final Duration grace;
    /** What became of deliveries, to be settled in this order. */
    private final Queue<Outcome<H>> outcomes = new ConcurrentLinkedQueue<>();

    private final AtomicInteger unsettled = new AtomicInteger();
    /** Guarded by this, as is all that follows. */
    private final HeldDeliveries<H> held;

    private final StopRule rule;
    private boolean storeIsDown;
    private @Nullable Error error;
    private boolean isReached;
    private Optional<String> trouble = Optional.empty();
    /** Why the run failed for good. A later answer of the broker does not clear it. */
    private Optional<String> fault = Optional.empty();

    private volatile Consumer<Duration> whenDurable = time -> {};

    private PullRun(Builder<H> builder) {
        this.capture = builder.capture;
        this.broker = builder.broker;
        this.logs = builder.logs;
        this.grace = builder.limits.grace();
        this.held = new HeldDeliveries<>(builder.limits);
        this.rule = new StopRule(builder.limits);
        this.acks = new AckSender<>(broker, this::fatal);
        this.leases = new ScheduledThreadPoolExecutor(1, DaemonThreads.numbered("persistor-pull-leases"));
        this.lookups = new ThreadPoolExecutor(
                LOOKUPS,
                LOOKUPS,
                1,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                DaemonThreads.numbered("persistor-pull-lookup"));
        Function<Message, CompletableFuture<Archived>> begin =
                logs.isPresent() ? logs.get()::begin : message -> capture.begin(message, lookups);
        Predicate<Message> isArchived = builder.isArchived;
        this.archiver = message -> isArchived.test(message)
                ? CompletableFuture.completedFuture(Archived.ALREADY_THERE)
                : begin.apply(message);
    }

    /** Returns a builder of a run that archives through this capture, within these limits, what this broker delivers. */
    public static <H> Builder<H> of(Capture capture, PullLimits limits, PullBroker<H> broker) {
        return new Builder<>(capture, limits, broker);
    }

    /** Collects what a run is made of. Not thread-safe. */
    public static final class Builder<H> {
        private final Capture capture;
        private final PullLimits limits;
        private final PullBroker<H> broker;
        private Optional<Duration> extendEvery = Optional.empty();
        private Optional<PartitionWriter> logs = Optional.empty();
        private Predicate<Message> isArchived = message -> false;

        private Builder(Capture capture, PullLimits limits, PullBroker<H> broker) {
            this.capture = Objects.requireNonNull(capture, "capture");
            this.limits = Objects.requireNonNull(limits, "limits");
            this.broker = Objects.requireNonNull(broker, "broker");
        }

        /**
         * Sets how often the deadlines of what is held are extended: well within such a deadline. Default: deliveries have no
         * deadlines.
         */
        public Builder<H> extendEvery(Duration time) {
            this.extendEvery = Optional.of(time);
            return this;
        }

        /** Sets which messages are durable already and need not be archived. Default: none. */
        public Builder<H> skip(Predicate<Message> isArchived) {
            this.isArchived = Objects.requireNonNull(isArchived, "isArchived");
            return this;
        }

        /**
         * Sets that the run is on logs, which keep what was delivered. {@link PullBroker#giveBack} is told of what may not be
         * durable there too. Default: the run is on a queue or subscription.
         *
         * @param writer of the same capture; its owner closes it when the run is finished
         */
        public Builder<H> logs(PartitionWriter writer) {
            this.logs = Optional.of(writer);
            return this;
        }

        /** Starts the run, whose time begins now. {@link #finish() Finish} it, or have {@link #pullFrom} do so. */
        public PullRun<H> start() {
            PullRun<H> run = new PullRun<>(this);
            extendEvery.map(Duration::toMillis).ifPresent(run::extendEvery);
            return run;
        }
    }

    private void extendEvery(long millis) {
        ScheduledFuture<?> unused = leases.scheduleWithFixedDelay(this::extend, millis, millis, TimeUnit.MILLISECONDS);
    }

    private void extend() {
        List<H> deliveries;
        synchronized (this) {
            deliveries = held.deliveries();
        }
        if (deliveries.isEmpty()) {
            return;
        }
        try {
            broker.extend(deliveries);
            outages.succeeded(EXTENDING);
        } catch (RuntimeException e) {
            outages.failed(
                    Level.WARN,
                    EXTENDING,
                    OutageLog.kindOf(e),
                    () -> "Cannot extend the deadlines of " + deliveries.size()
                            + " message(s); they may be delivered again, which is harmless: " + e.getMessage());
        } catch (Error e) {
            fatal(e);
        }
    }

    /** Asks a broker until the run is over, and finishes it. */
    public PullReport pullFrom(PullSource<H> source) {
        beginToAsk();
        try {
            Pauses pauses = new Pauses(AFTER_FAILURE);
            for (int room = awaitRoom(); room > 0; room = awaitRoom()) {
                if (ask(source, room)) {
                    pauses.reset();
                } else {
                    pause(pauses.afterFailure());
                }
            }
            if (hasHeardOfNothingAtAll()) {
                source.confirm();
            }
        } catch (PullException e) {
            notReached(e);
        } catch (RuntimeException e) {
            fail(e);
        } catch (Error e) {
            fatal(e);
        }
        return finish();
    }

    private synchronized void beginToAsk() {
        rule.beginToAsk();
    }

    private boolean ask(PullSource<H> source, int room) {
        List<Received<H>> answer;
        try {
            answer = source.receive(room, QUESTION);
        } catch (PullException e) {
            troubled(e);
            return false;
        }
        answered();
        takeAll(answer);
        if (answer.isEmpty()) {
            hearOfNothing();
            pause(AFTER_NOTHING);
        }
        return true;
    }

    private synchronized void hearOfNothing() {
        rule.noteNothing();
    }

    private synchronized boolean hasHeardOfNothingAtAll() {
        return rule.reason() == StopReason.IDLE && !held.hasReceived();
    }

    private synchronized void notReached(PullException failure) {
        LOG.error("The run failed: {}", failure.getMessage());
        fault = Optional.of(String.valueOf(failure.getMessage()));
        rule.fail();
    }

    /** Waits until messages may be asked for, and returns how many; 0 when the run is over. */
    public synchronized int awaitRoom() {
        while (!isOver()) {
            int room = held.room();
            if (room > 0) {
                return room;
            }
            await(rule.nanosToDecision(held));
        }
        return 0;
    }

    /** Waits until the run is over: no more messages are to be asked for. */
    public synchronized void awaitEnd() {
        while (!isOver()) {
            await(rule.nanosToDecision(held));
        }
    }

    /** Waits for so long, or until the run is over. */
    public synchronized void pause(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0 && !isOver(); left = until - System.nanoTime()) {
            await(Math.min(left, rule.nanosToDecision(held)));
        }
    }

    /** Tells whether the run is over: no more messages are to be asked for. */
    public synchronized boolean isOver() {
        return rule.isOver(held);
    }

    private void await(long nanos) {
        try {
            TimeUnit.NANOSECONDS.timedWait(this, nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop(StopReason.FAILURE);
        }
    }

    /**
     * Tells that the broker is yet to be reached, or to be reached again: that nothing comes says nothing before it is. The run
     * fails when that takes as long as a broker may give no answer.
     */
    public synchronized void connecting() {
        if (!rule.isTroubled() && isReached) {
            trouble = Optional.of("reconnecting");
        }
        rule.noteTrouble();
    }

    /** Tells that the broker has been reached: how long nothing comes counts from now. */
    public synchronized void connected() {
        answered();
        rule.noteActivity();
        notifyAll();
    }

    /** Tells that the broker gave an answer. */
    public synchronized void answered() {
        isReached = true;
        trouble = Optional.empty();
        rule.noteAnswer();
        outages.succeeded(ASKING);
    }

    /** Tells that the broker gave none: the run goes on for a while if trying again can help, and else is over. */
    public synchronized void troubled(PullException failure) {
        if (!failure.isRetryable()) {
            LOG.error("The run stopped: {}", failure.getMessage());
            stopFor(String.valueOf(failure.getMessage()));
        } else {
            outages.failed(
                    Level.WARN, ASKING, OutageLog.kindOf(failure), () -> "Polling again: " + failure.getMessage());
            connecting();
            trouble = Optional.of(String.valueOf(failure.getMessage()));
        }
    }

    /** Ends the run before its time: no more messages are to be asked for. What it holds is still tried. */
    public synchronized void end() {
        stop(StopReason.ENDED);
    }

    /** Tells where the run stands. */
    public synchronized PullStatus status() {
        return fault.isPresent() ? held.status(false, fault) : held.status(isReached && !rule.isTroubled(), trouble);
    }

    /**
     * Sets a listener for the time that each message was held until it was durable. To be called before the run has messages.
     *
     * @param listener called by many threads; quick
     */
    public void whenDurable(Consumer<Duration> listener) {
        this.whenDurable = listener;
    }

    private synchronized void fail(RuntimeException failure) {
        LOG.error("The run stopped: {}", String.valueOf(failure.getMessage()), failure);
        stopFor(failure.toString());
    }

    /**
     * Ends the run because of an {@link Error} on any of its threads: memory has run out, or a class is missing. What it holds is
     * given back, since what comes next would most likely fare the same. Logged once.
     */
    public synchronized void fatal(Error failure) {
        if (error == null) {
            error = failure;
            LOG.error("The run stopped because of a fatal error: {}", failure.toString(), failure);
        }
        storeIsDown = true;
        fault = Optional.of("a fatal error: " + error);
        stop(StopReason.FAILURE);
    }

    /** Returns the {@link Error} that ended the run, if one did: the process cannot be relied on any more. */
    public synchronized Optional<Error> error() {
        return Optional.ofNullable(error);
    }

    private void stopFor(String reason) {
        fault = fault.or(() -> Optional.of(reason));
        stop(StopReason.FAILURE);
    }

    private void stop(StopReason reason) {
        rule.stop(reason);
        notifyAll();
    }

    /**
     * Takes what the broker handed over, in its order, and returns when all of it is under way. What is over the limit of
     * messages is given back.
     */
    public void takeAll(List<Received<H>> deliveries) {
        synchronized (this) {
            deliveries.forEach(held::hold);
        }
        deliveries.forEach(this::take);
    }

    private void take(Received<H> received) {
        if (!isAdmitted(received)) {
            return;
        }
        CompletableFuture<?> unused =
                begin(received).whenComplete((archived, failure) -> settle(new Outcome<>(received, archived, failure)));
    }

    /**
     * Notes an outcome. One thread at a time settles what all have noted: hundreds of threads that write would wait for the lock longer
     * than for the store.
     */
    private void settle(Outcome<H> outcome) {
        outcomes.add(outcome);
        if (unsettled.getAndIncrement() > 0) {
            return;
        }
        int count;
        do {
            count = unsettled.get();
            settleNoted(count);
        } while (unsettled.addAndGet(-count) > 0);
    }

    private synchronized void settleNoted(int count) {
        for (int i = 0; i < count; i++) {
            settleOrFail(outcomes.remove());
        }
        notifyAll();
    }

    /** A future keeps to itself what its listener throws, and the run would wait for the message for ever. */
    private void settleOrFail(Outcome<H> outcome) {
        try {
            settleNow(outcome.received(), outcome.archived(), outcome.failure());
        } catch (RuntimeException e) {
            fail(e);
        } catch (Error e) {
            fatal(e);
        }
    }

    private synchronized boolean isAdmitted(Received<H> received) {
        if (held.isFull() || storeIsDown) {
            giveBack(received);
            return false;
        }
        held.begin(received);
        rule.noteArrival();
        return true;
    }

    private void giveBack(Received<H> received) {
        held.drop(received);
        acks.giveBack(received.delivery());
    }

    private CompletableFuture<Archived> begin(Received<H> received) {
        try {
            Optional<Message> message = received.message();
            return message.isPresent()
                    ? archiver.apply(message.get())
                    : reject(received.rejected().orElseThrow());
        } catch (Throwable e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletableFuture<Archived> reject(RejectedEvent event) {
        return capture.reject(event)
                ? CompletableFuture.completedFuture(Archived.QUARANTINED)
                : CompletableFuture.failedFuture(RefusedEventException.of(event));
    }

    /** Called with the lock held. */
    private void settleNow(Received<H> received, @Nullable Archived archived, @Nullable Throwable failure) {
        Optional<Duration> time = held.end(received);
        if (time.isEmpty()) {
            // It was given back when the run had waited for it long enough.
            return;
        }
        rule.noteActivity();
        if (archived != null) {
            held.countDurable(archived);
            whenDurable.accept(time.get());
            held.drop(received);
            acks.acknowledge(received.delivery());
            received.message().ifPresent(capture::acknowledged);
        } else {
            held.countFailed();
            settleFailure(received, failure == null ? null : Causes.unwrapped(failure));
        }
    }

    private void settleFailure(Received<H> received, @Nullable Throwable failure) {
        if (failure instanceof RefusedEventException && held.keepRefused(received)) {
            return;
        }
        giveBack(received);
        if (failure instanceof CancellationException) {
            // Another process has the partition now, and archives it.
            return;
        }
        errorIn(failure).ifPresent(this::fatal);
        storeIsDown |= isRetryable(failure);
        stop(StopReason.FAILURE);
    }

    private static Optional<Error> errorIn(@Nullable Throwable failure) {
        if (failure instanceof PersistException e) {
            return e.error();
        }
        return failure instanceof Error e ? Optional.of(e) : Optional.empty();
    }

    /** A retryable failure was retried until the retries were over: the store does not answer. */
    private static boolean isRetryable(@Nullable Throwable failure) {
        if (failure instanceof PersistException e) {
            return e.isRetryable();
        }
        return failure instanceof BlobStoreException e && e.isRetryable();
    }

    /**
     * Ends the run: waits until what is held is durable or has failed, no longer than the limits say, gives back what is left,
     * and tells the broker all there is to tell. When the waiting thread is interrupted, it gives back at once.
     */
    public PullReport finish() {
        synchronized (this) {
            stop(StopReason.FAILURE);
            awaitWhatIsUnderWay();
            held.takeAll().forEach(acks::giveBack);
        }
        leases.shutdown();
        lookups.shutdownNow();
        acks.close();
        outages.close();
        return report();
    }

    private void awaitWhatIsUnderWay() {
        long until = System.nanoTime() + grace.toNanos();
        long left = grace.toNanos();
        while (held.isUnderWay() && left > 0 && !Thread.currentThread().isInterrupted()) {
            await(left);
            left = until - System.nanoTime();
        }
    }

    private synchronized PullReport report() {
        return held.report(logs.map(PartitionWriter::lostOffsets).orElse(0L), rule.time(), rule.reason());
    }
}
