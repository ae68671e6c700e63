package dev.persistor.azure;

import com.azure.core.amqp.exception.AmqpErrorCondition;
import com.azure.messaging.servicebus.ServiceBusReceivedMessage;
import com.azure.messaging.servicebus.ServiceBusReceiverAsyncClient;
import dev.persistor.core.pull.HandoffQueue;
import dev.persistor.core.pull.PullBroker;
import dev.persistor.core.pull.PullException;
import dev.persistor.core.pull.PullSource;
import dev.persistor.core.pull.Received;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.concurrent.Queues;

/**
 * A queue or subscription whose messages are received under locks: by one receiver, or by one for each of several sessions at a
 * time. No more are asked for than the caller has room for. A session of which nothing comes any more is left for the next.
 *
 * <p>Thread-safe.
 */
final class ServiceBusReceivers
        implements PullSource<ServiceBusReceivers.Locked>, PullBroker<ServiceBusReceivers.Locked>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceBusReceivers.class);
    private static final int SETTLED_AT_A_TIME = 64;
    /**
     * So long the broker may take to answer what it is told of a message. On a link that broke the client waits much longer, and
     * with it all that is settled after; a message without an answer is delivered again.
     */
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private static final Duration TURN = Duration.ofMillis(100);
    /**
     * So many messages of one receiver are on their way at a time. The client keeps what has come and was not taken in a buffer of
     * Reactor's small size, and breaks the link off, with all that was received on it, when more comes than that holds.
     */
    private static final int ON_THEIR_WAY = Queues.SMALL_BUFFER_SIZE / 2;

    private static final Duration SESSION_IDLE = Duration.ofSeconds(1);
    /** A broker that answers at once that no session is free is not to be asked without a pause. */
    private static final Duration BETWEEN_SESSIONS = Duration.ofMillis(500);

    /** A message and the lane that holds its lock. */
    static final class Locked {
        private final Lane lane;
        private final ServiceBusReceiverAsyncClient receiver;
        private final ServiceBusReceivedMessage message;

        private Locked(Lane lane, ServiceBusReceiverAsyncClient receiver, ServiceBusReceivedMessage message) {
            this.lane = lane;
            this.receiver = receiver;
            this.message = message;
        }
    }

    private final String entity;
    private final boolean sessions;
    private final Mono<?> look;
    private final ServiceBusMessages messages;
    private final Runnable closing;
    private final List<Lane> lanes = new ArrayList<>();
    /** Bounded by what is asked for. */
    private final HandoffQueue<Locked> arrivals = new HandoffQueue<>(Integer.MAX_VALUE);

    private final AtomicInteger waiting = new AtomicInteger();

    /**
     * Asks for receivers.
     *
     * @param sessions whether a receiver is of one session only
     * @param lanes how many receivers there are at a time
     * @param receivers opens one
     * @param look asks the broker for something that changes nothing
     * @param closing closes what opens them
     */
    ServiceBusReceivers(
            String entity,
            boolean sessions,
            int lanes,
            Supplier<Mono<ServiceBusReceiverAsyncClient>> receivers,
            Mono<?> look,
            ServiceBusMessages messages,
            Runnable closing) {
        this.entity = entity;
        this.sessions = sessions;
        this.look = look;
        this.messages = messages;
        this.closing = closing;
        for (int i = 0; i < lanes; i++) {
            this.lanes.add(new Lane(receivers));
        }
    }

    @Override
    public List<Received<Locked>> receive(int most, Duration wait) {
        List<Received<Locked>> received;
        long until = System.nanoTime() + wait.toNanos();
        do {
            lanes.forEach(Lane::tend);
            ask(most);
            received = arrivals.receive(most, TURN);
        } while (received.isEmpty()
                && System.nanoTime() < until
                && !Thread.currentThread().isInterrupted());
        return received;
    }

    /** Requested messages that have not arrived count as held. */
    private void ask(int most) {
        int room = most - waiting.get() - lanes.stream().mapToInt(Lane::asked).sum();
        List<Lane> open = lanes.stream().filter(Lane::isOpen).toList();
        int left = open.size();
        for (Lane lane : open) {
            int share = room / left--;
            lane.ask(share);
            room -= share;
        }
    }

    /** The client says nothing of a connection that it goes on trying to open. */
    @Override
    public void confirm() {
        try {
            MessagingClients.awaitEnd(look.timeout(ANSWER).then());
        } catch (RuntimeException e) {
            PullException failure = AmqpErrors.pullFailed("look at " + entity, e);
            if (failure.isRetryable()) {
                throw failure;
            }
            LOG.debug("The broker answered with a refusal, so it is reachable: {}", failure.getMessage());
        }
    }

    @Override
    public void acknowledge(List<Locked> deliveries) {
        settle("complete messages of ", deliveries, received -> received.receiver.complete(received.message));
    }

    @Override
    public void giveBack(List<Locked> deliveries) {
        settle("abandon messages of ", deliveries, received -> received.receiver.abandon(received.message));
    }

    private void settle(String what, List<Locked> deliveries, Function<Locked, Mono<Void>> call) {
        each(what, deliveries, received -> call.apply(received).doFinally(end -> received.lane.held.decrementAndGet()));
    }

    @Override
    public void extend(List<Locked> deliveries) {
        if (sessions) {
            Set<ServiceBusReceiverAsyncClient> held = new LinkedHashSet<>();
            deliveries.forEach(received -> held.add(received.receiver));
            each("renew locks on sessions of ", held, ServiceBusReceiverAsyncClient::renewSessionLock);
        } else {
            each(
                    "renew locks on messages of ",
                    deliveries,
                    received -> received.receiver.renewMessageLock(received.message));
        }
    }

    /** Calls for each, whatever becomes of the others. */
    private <T> void each(String what, Iterable<T> all, Function<T, Mono<?>> call) {
        try {
            MessagingClients.awaitEnd(Flux.fromIterable(all)
                    .flatMapDelayError(one -> call.apply(one).timeout(ANSWER), SETTLED_AT_A_TIME, SETTLED_AT_A_TIME)
                    .then());
        } catch (RuntimeException e) {
            throw AmqpErrors.pullFailed(what + entity, e);
        }
    }

    /** Gives back what has come and was not taken; what is on its way comes again when its lock has run out. */
    @Override
    public void close() {
        lanes.forEach(Lane::stop);
        List<Locked> notTaken = arrivals.takeLeft();
        arrivals.close();
        try {
            giveBack(notTaken);
        } catch (PullException e) {
            LOG.warn(
                    "{} message(s) will be delivered again when their locks expire:" + " {}",
                    notTaken.size(),
                    e.getMessage());
        }
        lanes.forEach(Lane::end);
        closing.run();
    }

    /** One receiver after another. Its state is that of the thread that receives, except what is counted. */
    private final class Lane {
        private final Supplier<Mono<ServiceBusReceiverAsyncClient>> receivers;
        private final AtomicInteger held = new AtomicInteger();
        private @Nullable ServiceBusReceiverAsyncClient receiver;
        private @Nullable Reading reading;
        private boolean opening;
        private long since = System.nanoTime() - BETWEEN_SESSIONS.toNanos();

        Lane(Supplier<Mono<ServiceBusReceiverAsyncClient>> receivers) {
            this.receivers = receivers;
        }

        boolean isOpen() {
            return reading != null;
        }

        /** Asks for a receiver where there is none, and lets one go whose session has nothing any more. */
        void tend() {
            if (reading == null) {
                if (!opening && System.nanoTime() - since >= BETWEEN_SESSIONS.toNanos()) {
                    opening = true;
                    receivers
                            .get()
                            .subscribe(
                                    opened -> arrivals.change(() -> open(opened)),
                                    failure -> arrivals.change(() -> fail(failure)));
                }
            } else if (sessions && reading.isIdle()) {
                end();
                since -= BETWEEN_SESSIONS.toNanos();
            }
        }

        void open(ServiceBusReceiverAsyncClient opened) {
            opening = false;
            receiver = opened;
            Reading begun = new Reading(this, opened);
            reading = begun;
            opened.receiveMessages().subscribe(begun);
        }

        /** Ends the receiver, and tells the caller why, unless no session was free. */
        void fail(Throwable failure) {
            end();
            if (!(sessions && AmqpErrors.has(failure, AmqpErrorCondition.TIMEOUT_ERROR))) {
                throw AmqpErrors.pullFailed("receive from " + entity, failure);
            }
        }

        void ask(int more) {
            Reading current = reading;
            int admitted = current == null ? 0 : Math.min(more, ON_THEIR_WAY - current.asked.get());
            if (current != null && admitted > 0) {
                current.asked.addAndGet(admitted);
                current.request(admitted);
            }
        }

        int asked() {
            return reading == null ? 0 : reading.asked.get();
        }

        void stop() {
            if (reading != null) {
                reading.dispose();
            }
        }

        /** Messages held from a failed receiver are delivered again. */
        void end() {
            stop();
            if (receiver != null) {
                receiver.close();
            }
            reading = null;
            receiver = null;
            opening = false;
            since = System.nanoTime();
        }
    }

    /** The messages of one receiver, as they come. */
    private final class Reading extends BaseSubscriber<ServiceBusReceivedMessage> {
        private final Lane lane;
        private final ServiceBusReceiverAsyncClient receiver;
        private final AtomicInteger asked = new AtomicInteger();
        private volatile long lastArrival = System.nanoTime();

        Reading(Lane lane, ServiceBusReceiverAsyncClient receiver) {
            this.lane = lane;
            this.receiver = receiver;
        }

        boolean isIdle() {
            return lane.held.get() == 0 && System.nanoTime() - lastArrival >= SESSION_IDLE.toNanos();
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            // Nothing is asked for before there is room.
        }

        @Override
        protected void hookOnNext(ServiceBusReceivedMessage message) {
            lane.held.incrementAndGet();
            asked.decrementAndGet();
            lastArrival = System.nanoTime();
            waiting.incrementAndGet();
            arrivals.deliver(() -> Optional.of(take(message)));
        }

        private Received<Locked> take(ServiceBusReceivedMessage message) {
            waiting.decrementAndGet();
            return messages.pulled(new Locked(lane, receiver, message), message);
        }

        @Override
        protected void hookOnError(Throwable failure) {
            arrivals.change(() -> lane.fail(failure));
        }

        @Override
        protected void hookOnComplete() {
            hookOnError(new IllegalStateException("the client ended the receiving"));
        }
    }
}
