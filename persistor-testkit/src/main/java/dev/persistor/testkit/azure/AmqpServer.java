package dev.persistor.testkit.azure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.amqp.messaging.Released;
import org.apache.qpid.proton.amqp.transport.DeliveryState;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.apache.qpid.proton.engine.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * The part of Service Bus and Event Hubs that sending and receiving need, in this process, over AMQP 1.0 without TLS, on a
 * free port of 127.0.0.1: queues, topics with subscriptions, hubs with partitions, and faults by script. Azure's own
 * clients connect to it by {@link #connectionString}.
 *
 * <p>It takes batches, puts the events of one partition key into one partition, and gives messages to receivers: those of
 * a queue or subscription with locks that last until the receiver settles or goes away, or {@linkplain #locksFor until they
 * run out}, also by session; those of a hub
 * from any offset, sequence number or time on. It refuses what is over the size that its links tell: 256 KiB for Service
 * Bus and 1 MiB for Event Hubs. It takes every credential, keeps everything in memory, and knows no transactions, no
 * scheduling, no expiry and no filters of subscriptions.
 *
 * <p>Needs {@code org.apache.qpid:proton-j}, which Azure's clients bring too.
 *
 * <p>Thread-safe.
 */
public final class AmqpServer implements AutoCloseable {

    /** What happens to a transfer, which may be a batch, in place of being stored and accepted. */
    public enum Fault {
        /** Rejected with {@code com.microsoft:server-busy}; nothing is stored. */
        SERVER_BUSY("com.microsoft:server-busy"),
        /** Rejected with {@code amqp:internal-error}; nothing is stored. */
        INTERNAL_ERROR("amqp:internal-error"),
        /** Rejected with {@code amqp:resource-limit-exceeded}, as by an entity that is full; nothing is stored. */
        RESOURCE_LIMIT_EXCEEDED("amqp:resource-limit-exceeded"),
        /** Rejected with {@code amqp:not-allowed}; nothing is stored. */
        NOT_ALLOWED("amqp:not-allowed"),
        /** Rejected with {@code amqp:unauthorized-access}; nothing is stored. */
        UNAUTHORIZED("amqp:unauthorized-access"),
        /** Released; nothing is stored. */
        RELEASED(""),
        /** Stored, and the connection breaks in place of an answer. */
        LOST_ANSWER("");

        private final String condition;

        Fault(String condition) {
            this.condition = condition;
        }

        private DeliveryState outcome() {
            if (condition.isEmpty()) {
                return Released.getInstance();
            }
            return rejected(condition, "injected fault");
        }
    }

    private final AmqpEntities entities;
    private final AmqpLoop loop;
    private final Deque<Fault> faults = new ArrayDeque<>();
    private final List<Runnable> held = new ArrayList<>();
    private boolean holding;
    private long transfers;

    private AmqpServer(Clock clock) throws IOException {
        this.entities = new AmqpEntities(clock);
        this.loop = AmqpLoop.start(this);
    }

    /**
     * Starts the server, without any entity.
     *
     * @throws IOException if no port can be had
     */
    public static AmqpServer start() throws IOException {
        return start(Clock.systemUTC());
    }

    /**
     * Starts the server, without any entity.
     *
     * @param clock gives messages the time when they are enqueued
     * @throws IOException if no port can be had
     */
    public static AmqpServer start(Clock clock) throws IOException {
        return new AmqpServer(clock);
    }

    /** Adds an empty queue. */
    public AmqpServer queue(String name) {
        return change(() -> entities.addQueue(name));
    }

    /** Adds a topic with subscriptions that take all messages. */
    public AmqpServer topic(String name, String... subscriptions) {
        return change(() -> entities.addTopic(name, List.of(subscriptions)));
    }

    /**
     * Has the locks on messages and sessions of a queue or subscription run out when they were not renewed for so long.
     *
     * @param entity a queue, or {@code TOPIC/Subscriptions/NAME}
     * @throws IllegalArgumentException if there is no such entity
     */
    public AmqpServer locksFor(String entity, Duration duration) {
        return change(() -> {
            try {
                entities.queue(entity).lockFor(duration);
            } catch (AmqpRefusal e) {
                throw new IllegalArgumentException("no queue or subscription is called " + entity, e);
            }
        });
    }

    /**
     * Has a queue drop messages whose ids it had within the window, as Service Bus does: the sender is told that it has them.
     *
     * @throws IllegalArgumentException if there is no such queue
     */
    public AmqpServer detectDuplicates(String queue, Duration window) {
        return change(() -> {
            try {
                entities.queue(queue).detectDuplicates(window);
            } catch (AmqpRefusal e) {
                throw new IllegalArgumentException("no queue is called " + queue, e);
            }
        });
    }

    /** Returns the window of a queue that detects duplicates; an error where there is no such queue. */
    Optional<Duration> duplicateWindow(String queue) throws AmqpRefusal {
        Optional<AmqpQueue> found = loop.call(() -> entities.findQueue(queue));
        return found.orElseThrow(() -> AmqpRefusal.notFound(queue)).duplicateWindow();
    }

    /**
     * Adds an empty hub with partitions from 0 on. A hub of that name is deleted with its events, and all connections break off:
     * whoever reads it connects to the new one.
     */
    public AmqpServer hub(String name, int partitions) {
        return change(() -> {
            if (entities.addHub(name, partitions)) {
                loop.dropConnections();
            }
        });
    }

    /**
     * Has a hub keep no event of a partition before a sequence number, as when its retention is over.
     *
     * @throws IllegalArgumentException if there is no such hub
     */
    public AmqpServer expire(String hub, int partition, int first) {
        return change(() -> entities.hub(hub)
                .orElseThrow(() -> new IllegalArgumentException("no hub is called " + hub))
                .expire(partition, first));
    }

    /** Returns what Azure's clients connect by: an emulator at 127.0.0.1 and the server's port. */
    public String connectionString() {
        return "Endpoint=sb://127.0.0.1:" + loop.port()
                + ";SharedAccessKeyName=name;SharedAccessKey=key;UseDevelopmentEmulator=true;";
    }

    /**
     * Returns what was sent to an entity, in order of arrival, also what receivers have settled since.
     *
     * @param entity a queue, topic or hub, or {@code TOPIC/Subscriptions/NAME}; with {@code /$DeadLetterQueue} what
     *     receivers have dead-lettered
     * @throws IllegalArgumentException if there is no such entity
     */
    public List<AmqpMessage> messages(String entity) {
        return loop.call(() -> entities.messages(entity));
    }

    /** Returns how many transfers were sent to entities so far, refused ones included; a batch is one. */
    public long transfers() {
        return loop.call(() -> transfers);
    }

    /**
     * Puts a message of any sections into an entity, in AMQP's encoding: what Azure's own clients do not send. Its annotations
     * take the place of those that the server gives, such as {@code x-opt-enqueued-time}.
     *
     * @param entity a queue, topic or hub
     * @throws IllegalArgumentException if there is no such entity
     */
    public AmqpServer place(String entity, byte[] message) {
        return change(() -> {
            try {
                AmqpEntities.Target target = entities.target(entity);
                target.entity().store(AmqpTransfer.placed(message), target.partition());
            } catch (AmqpRefusal e) {
                throw new IllegalArgumentException("no queue, topic or hub is called " + entity, e);
            }
        });
    }

    /** Says what happens to the next transfers to entities, one each. */
    public void failSends(Fault... next) {
        change(() -> faults.addAll(Arrays.asList(next)));
    }

    /** Forgets the faults that have not happened yet. */
    public void clearFaults() {
        change(faults::clear);
    }

    /** Stores what comes from now on, and answers nothing before {@link #giveAnswers}. */
    public void holdAnswers() {
        change(() -> holding = true);
    }

    /** Gives the answers that were held back, in the order of their transfers, and holds back no more. */
    public void giveAnswers() {
        change(() -> {
            holding = false;
            held.forEach(Runnable::run);
            held.clear();
        });
    }

    /** Breaks all connections off; new ones are taken. */
    public void dropConnections() {
        change(loop::dropConnections);
    }

    private AmqpServer change(Runnable change) {
        return loop.call(() -> {
            change.run();
            return this;
        });
    }

    /** The loop's own: it alone may use them. */
    AmqpEntities entities() {
        return entities;
    }

    /** Stores a transfer and answers it, as far as no fault is in the way. Only within the loop. */
    void take(AmqpEntities.Target target, byte[] bytes, Delivery delivery, AmqpSocket socket) {
        transfers++;
        Fault fault = faults.poll();
        DeliveryState outcome = outcome(target, bytes, delivery.getMessageFormat(), fault);
        if (fault == Fault.LOST_ANSWER) {
            AmqpLoop.drop(socket);
            return;
        }
        Runnable answer = () -> {
            delivery.disposition(outcome);
            delivery.settle();
        };
        if (holding) {
            held.add(answer);
        } else {
            answer.run();
        }
    }

    private static DeliveryState outcome(AmqpEntities.Target target, byte[] bytes, int format, @Nullable Fault fault) {
        if (fault != null && fault != Fault.LOST_ANSWER) {
            return fault.outcome();
        }
        if (bytes.length > target.entity().maxTransferSize()) {
            return rejected("amqp:link:message-size-exceeded", "over the size that the link tells");
        }
        target.entity().store(AmqpTransfer.decode(bytes, format), target.partition());
        return Accepted.getInstance();
    }

    private static DeliveryState rejected(String condition, String description) {
        Rejected rejected = new Rejected();
        rejected.setError(new ErrorCondition(Symbol.valueOf(condition), description));
        return rejected;
    }

    /** Stops the server. What it has stays to be looked at. */
    @Override
    public void close() {
        try {
            loop.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
