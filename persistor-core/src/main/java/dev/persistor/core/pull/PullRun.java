package dev.persistor.core.pull;

import dev.persistor.core.capture.Archived;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.capture.PartitionWriter;
import dev.persistor.core.capture.RefusedEventException;
import dev.persistor.core.log.OutageLog;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.FullJitter;
import dev.persistor.core.write.PersistException;
import dev.persistor.core.write.RejectedEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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

    private static final Logger LOG = LoggerFactory.getLogger(PullRun.class);

    /** How long a broker that gives no answer is asked again. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** No longer, so that a run that is to end hears of it. */
    private static final Duration QUESTION = Duration.ofSeconds(1);
    /** A broker that answers at once that it has nothing is not to be asked without a pause. */
    private static final Duration AFTER_NOTHING = Duration.ofMillis(100);

    private static final FullJitter AFTER_FAILURE = new FullJitter(Duration.ofMillis(250), Duration.ofSeconds(5));
    private static final int LOOKUPS = 16;
    private static final String ASKING = "Asking the broker";
    private static final String EXTENDING = "Extending deadlines";

    private final Capture capture;
    private final Optional<PartitionWriter> logs;
    private final PullLimits limits;
    private final OutageLog outages = new OutageLog(LOG);
    private final Settler<H> settler;
    private final ScheduledExecutorService leases;
    private final ThreadPoolExecutor lookups;
    private final Function<Message, CompletableFuture<Archived>> archiver;
    private final long began = System.nanoTime();
    /** What the broker waits to hear of, that what is refused included. */
    private final Map<H, Held> held = new LinkedHashMap<>();

    private final Set<H> refused = new LinkedHashSet<>();
    private int underWay;
    private long bytesUnderWay;
    private long received;
    private long persisted;
    private long alreadyThere;
    private long quarantined;
    private long failed;
    private long bytes;
    private long lastActivity = began;
    private Optional<Long> troubledSince = Optional.empty();
    private boolean storeIsDown;
    private @Nullable Stopped stopped;
    private @Nullable Error error;
    private boolean isReached;
    private Optional<String> trouble = Optional.empty();
    private boolean asks;
    private boolean heardOfNothing;
    private volatile Consumer<Duration> whenDurable = time -> {};

    /** Since when a delivery is held. */
    private record Held(long since, Pulled<?> pulled) {
        Optional<Instant> published() {
            return pulled.message().map(Message::publishTime);
        }
    }

    private PullRun(
            Capture capture,
            Optional<PartitionWriter> logs,
            Predicate<Message> isThere,
            PullLimits limits,
            PullBroker<H> broker) {
        this.capture = capture;
        this.logs = logs;
        this.limits = limits;
        this.settler = new Settler<>(broker, this::fatal);
        this.leases = new ScheduledThreadPoolExecutor(1, task -> daemon(task, "persistor-pull-leases"));
        this.lookups = new ThreadPoolExecutor(
                LOOKUPS,
                LOOKUPS,
                1,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> daemon(task, "persistor-pull-lookup"));
        Function<Message, CompletableFuture<Archived>> begin =
                logs.isPresent() ? logs.get()::begin : message -> capture.begin(message, lookups);
        this.archiver = message -> isThere.test(message)
                ? CompletableFuture.completedFuture(Archived.ALREADY_THERE)
                : begin.apply(message);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Starts a run, whose time begins now. It is to be {@linkplain #finish() finished}.
     *
     * @param extendEvery how often the deadlines of what is held are extended: well within such a deadline
     */
    public static <H> PullRun<H> start(Capture capture, PullLimits limits, PullBroker<H> broker, Duration extendEvery) {
        PullRun<H> run = new PullRun<>(capture, Optional.empty(), message -> false, limits, broker);
        ScheduledFuture<?> unused = run.leases.scheduleWithFixedDelay(
                () -> run.extend(broker), extendEvery.toMillis(), extendEvery.toMillis(), TimeUnit.MILLISECONDS);
        return run;
    }

    /** Starts a run whose deliveries have no deadlines that it would have to see to. */
    public static <H> PullRun<H> start(Capture capture, PullLimits limits, PullBroker<H> broker) {
        return new PullRun<>(capture, Optional.empty(), message -> false, limits, broker);
    }

    /**
     * Starts a run whose deliveries have no deadlines that it would have to see to, and of which some need not be archived.
     *
     * @param isThere tells of a message whether it is durable already
     */
    public static <H> PullRun<H> start(
            Capture capture, Predicate<Message> isThere, PullLimits limits, PullBroker<H> broker) {
        return new PullRun<>(capture, Optional.empty(), isThere, limits, broker);
    }

    /**
     * Starts a run on logs, which keep what was delivered. {@link PullBroker#giveBack} is told of what may not be durable
     * there too.
     *
     * @param logs of this capture; closed by its owner when the run is finished
     */
    public static <H> PullRun<H> start(Capture capture, PartitionWriter logs, PullLimits limits, PullBroker<H> broker) {
        return new PullRun<>(capture, Optional.of(logs), message -> false, limits, broker);
    }

    private void extend(PullBroker<H> broker) {
        List<H> deliveries;
        synchronized (this) {
            deliveries = List.copyOf(held.keySet());
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
                            + " message(s); they may be delivered again, which does no harm: " + e.getMessage());
        } catch (Error e) {
            fatal(e);
        }
    }

    /** Asks a broker until the run is over, and finishes it. */
    public PullReport pullFrom(PullSource<H> source) {
        beginToAsk();
        try {
            int failures = 0;
            for (int room = awaitRoom(); room > 0; room = awaitRoom()) {
                failures = ask(source, room) ? 0 : failures + 1;
                if (failures > 0) {
                    pause(AFTER_FAILURE.after(failures, ThreadLocalRandom.current()));
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

    private synchronized boolean hasHeardOfNothingAtAll() {
        return stopped == Stopped.IDLE && received == 0;
    }

    private synchronized void notReached(PullException failure) {
        LOG.error("The run fails: {}", failure.getMessage());
        isReached = false;
        trouble = Optional.of(String.valueOf(failure.getMessage()));
        stopped = Stopped.FAILURE;
    }

    private synchronized void beginToAsk() {
        asks = true;
    }

    private boolean ask(PullSource<H> source, int room) {
        List<Pulled<H>> answer;
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
        heardOfNothing = true;
    }

    /** Waits until messages may be asked for, and returns how many; 0 when the run is over. */
    public synchronized int awaitRoom() {
        while (!isOver()) {
            int room = room();
            if (room > 0) {
                return room;
            }
            await(nanosToDecision());
        }
        return 0;
    }

    /** Waits until the run is over: no more messages are to be asked for. */
    public synchronized void awaitEnd() {
        while (!isOver()) {
            await(nanosToDecision());
        }
    }

    /** Waits for so long, or until the run is over. */
    public synchronized void pause(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0 && !isOver(); left = until - System.nanoTime()) {
            await(Math.min(left, nanosToDecision()));
        }
    }

    /** Tells whether the run is over: no more messages are to be asked for. */
    public synchronized boolean isOver() {
        if (stopped == null) {
            stopped = reasonToStop();
        }
        return stopped != null;
    }

    private @Nullable Stopped reasonToStop() {
        long now = System.nanoTime();
        if (received >= limits.messages()) {
            return Stopped.MESSAGES;
        }
        if (now - began >= limits.duration().toNanos()) {
            return troubledSince.isPresent() ? Stopped.FAILURE : Stopped.DURATION;
        }
        if (troubledSince.isPresent()) {
            return now - troubledSince.get() >= PATIENCE.toNanos() ? Stopped.FAILURE : null;
        }
        return mayBeIdle() && now - lastActivity >= limits.idle().toNanos() ? Stopped.IDLE : null;
    }

    /** A run that asks is not idle before it heard that there is nothing: it may only not have had its turn for a while. */
    private boolean mayBeIdle() {
        return room() > 0 && (!asks || heardOfNothing);
    }

    private long nanosToDecision() {
        long now = System.nanoTime();
        long left = limits.duration().toNanos() - (now - began);
        if (troubledSince.isPresent()) {
            left = Math.min(left, PATIENCE.toNanos() - (now - troubledSince.get()));
        } else if (mayBeIdle()) {
            left = Math.min(left, limits.idle().toNanos() - (now - lastActivity));
        }
        return Math.max(0, left);
    }

    private int room() {
        if (bytesUnderWay >= limits.outstandingBytes()) {
            return 0;
        }
        return (int) Math.min(limits.outstandingMessages() - held.size(), limits.messages() - received);
    }

    private void await(long nanos) {
        try {
            TimeUnit.NANOSECONDS.timedWait(this, nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop(Stopped.FAILURE);
        }
    }

    /**
     * Tells that the broker is yet to be reached, or to be reached again: that nothing comes says nothing before it is. The run
     * fails when that takes as long as a broker may give no answer.
     */
    public synchronized void connecting() {
        if (troubledSince.isEmpty()) {
            troubledSince = Optional.of(System.nanoTime());
            if (isReached) {
                trouble = Optional.of("it is to be reached again");
            }
        }
    }

    /** Tells that the broker has been reached: how long nothing comes counts from now. */
    public synchronized void connected() {
        answered();
        lastActivity = System.nanoTime();
        notifyAll();
    }

    /** Tells that the broker gave an answer. */
    public synchronized void answered() {
        isReached = true;
        trouble = Optional.empty();
        troubledSince = Optional.empty();
        outages.succeeded(ASKING);
    }

    /** Tells that the broker gave none: the run goes on for a while if trying again can help, and else is over. */
    public synchronized void troubled(PullException failure) {
        if (!failure.isRetryable()) {
            LOG.error("The run ends: {}", failure.getMessage());
            stop(Stopped.FAILURE);
        } else {
            outages.failed(
                    Level.WARN, ASKING, OutageLog.kindOf(failure), () -> "Asking again: " + failure.getMessage());
            connecting();
        }
        trouble = Optional.of(String.valueOf(failure.getMessage()));
    }

    /** Ends the run before its time: no more messages are to be asked for. What it holds is still tried. */
    public synchronized void end() {
        stop(Stopped.ENDED);
    }

    /** Tells where the run stands. */
    public synchronized PullStatus status() {
        Optional<Instant> oldest = held.values().stream()
                .flatMap(each -> each.published().stream())
                .min(Comparator.naturalOrder());
        return new PullStatus(held.size(), bytesUnderWay, oldest, isReached && troubledSince.isEmpty(), trouble);
    }

    /**
     * Has somebody told, of each message that is durable, how long it was held. To be called before the run has messages.
     *
     * @param listener called by many threads; quick
     */
    public void whenDurable(Consumer<Duration> listener) {
        this.whenDurable = listener;
    }

    private synchronized void fail(RuntimeException failure) {
        LOG.error("The run ends: {}", String.valueOf(failure.getMessage()), failure);
        stop(Stopped.FAILURE);
    }

    /**
     * Ends the run because of an {@link Error} on any of its threads: memory has run out, or a class is missing. What it holds is
     * given back, since what comes next would most likely fare the same. Logged once.
     */
    public synchronized void fatal(Error failure) {
        if (error == null) {
            error = failure;
            LOG.error("The run ends with an error of the process: {}", failure.toString(), failure);
        }
        storeIsDown = true;
        isReached = false;
        trouble = Optional.of("an error of the process: " + error);
        stop(Stopped.FAILURE);
    }

    /** Returns the {@link Error} that ended the run, if one did: the process cannot be relied on any more. */
    public synchronized Optional<Error> error() {
        return Optional.ofNullable(error);
    }

    private void stop(Stopped reason) {
        if (stopped == null) {
            stopped = reason;
        }
        notifyAll();
    }

    /**
     * Takes what the broker handed over, in its order, and returns when all of it is under way. What is over the limit of
     * messages is given back.
     */
    public void takeAll(List<Pulled<H>> deliveries) {
        synchronized (this) {
            deliveries.forEach(pulled -> held.put(pulled.delivery(), new Held(System.nanoTime(), pulled)));
        }
        deliveries.forEach(this::take);
    }

    private void take(Pulled<H> pulled) {
        if (!isAdmitted(pulled)) {
            return;
        }
        CompletableFuture<?> unused =
                begin(pulled).whenComplete((archived, failure) -> settleOrFail(pulled, archived, failure));
    }

    /** A future keeps to itself what its listener throws, and the run would wait for the message for ever. */
    private void settleOrFail(Pulled<H> pulled, @Nullable Archived archived, @Nullable Throwable failure) {
        try {
            settle(pulled, archived, failure);
        } catch (RuntimeException e) {
            fail(e);
        } catch (Error e) {
            fatal(e);
        }
    }

    private synchronized boolean isAdmitted(Pulled<H> pulled) {
        if (received >= limits.messages() || storeIsDown) {
            held.remove(pulled.delivery());
            settler.giveBack(pulled.delivery());
            return false;
        }
        received++;
        underWay++;
        bytes += pulled.bytes();
        bytesUnderWay += pulled.bytes();
        lastActivity = System.nanoTime();
        heardOfNothing = false;
        return true;
    }

    private CompletableFuture<Archived> begin(Pulled<H> pulled) {
        try {
            Optional<Message> message = pulled.message();
            return message.isPresent()
                    ? archiver.apply(message.get())
                    : reject(pulled.rejected().orElseThrow());
        } catch (Throwable e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletableFuture<Archived> reject(RejectedEvent event) {
        return capture.reject(event)
                ? CompletableFuture.completedFuture(Archived.QUARANTINED)
                : CompletableFuture.failedFuture(RefusedEventException.of(event));
    }

    private synchronized void settle(Pulled<H> pulled, @Nullable Archived archived, @Nullable Throwable failure) {
        H delivery = pulled.delivery();
        Held since = held.get(delivery);
        if (since == null) {
            // It was given back when the run had waited for it long enough.
            return;
        }
        underWay--;
        bytesUnderWay -= pulled.bytes();
        lastActivity = System.nanoTime();
        if (archived != null) {
            count(archived);
            whenDurable.accept(Duration.ofNanos(System.nanoTime() - since.since()));
            held.remove(delivery);
            settler.acknowledge(delivery);
        } else {
            failed++;
            settleFailure(delivery, failure instanceof CompletionException e ? e.getCause() : failure);
        }
        notifyAll();
    }

    private void count(Archived archived) {
        switch (archived) {
            case PERSISTED -> persisted++;
            case ALREADY_THERE -> alreadyThere++;
            case QUARANTINED -> quarantined++;
        }
    }

    private void settleFailure(H delivery, @Nullable Throwable failure) {
        if (failure instanceof RefusedEventException && refused.size() + 1 < limits.outstandingMessages()) {
            refused.add(delivery);
            return;
        }
        held.remove(delivery);
        settler.giveBack(delivery);
        if (failure instanceof CancellationException) {
            // Somebody else has the partition now, and archives it.
            return;
        }
        errorIn(failure).ifPresent(this::fatal);
        storeIsDown |= isRetryable(failure);
        stop(Stopped.FAILURE);
    }

    private static Optional<Error> errorIn(@Nullable Throwable failure) {
        if (failure instanceof PersistException e) {
            return e.error();
        }
        return failure instanceof Error e ? Optional.of(e) : Optional.empty();
    }

    /** What trying again could help with was tried again until the retries were over: the store is not there. */
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
            stop(Stopped.FAILURE);
            awaitWhatIsUnderWay();
            giveBackWhatIsHeld();
        }
        leases.shutdown();
        lookups.shutdownNow();
        settler.close();
        outages.close();
        return report();
    }

    private void awaitWhatIsUnderWay() {
        long until = System.nanoTime() + limits.grace().toNanos();
        long left = limits.grace().toNanos();
        while (underWay > 0 && left > 0 && !Thread.currentThread().isInterrupted()) {
            await(left);
            left = until - System.nanoTime();
        }
    }

    private void giveBackWhatIsHeld() {
        failed += underWay;
        underWay = 0;
        held.keySet().forEach(settler::giveBack);
        held.clear();
    }

    private synchronized PullReport report() {
        return new PullReport(
                received,
                persisted,
                alreadyThere,
                quarantined,
                failed,
                logs.map(PartitionWriter::lostOffsets).orElse(0L),
                bytes,
                Duration.ofNanos(System.nanoTime() - began),
                stopped == null ? Stopped.FAILURE : stopped);
    }
}
