package dev.persistor.testkit.azure;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.Modified;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.amqp.transport.DeliveryState;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.jspecify.annotations.Nullable;

/** A queue of Service Bus, or a topic's subscription: each message goes to one receiver, which locks it. */
final class AmqpQueue implements AmqpEntity {

    /** What Service Bus takes in its standard tier. */
    static final long MAX_TRANSFER = 256 * 1024;

    private final String name;
    private final Clock clock;
    private final List<AmqpMessage> arrived = new ArrayList<>();
    private final NavigableMap<Long, AmqpStored> available = new TreeMap<>();
    private final @Nullable AmqpQueue deadLetters;
    private final List<Locks> receivers = new CopyOnWriteArrayList<>();
    private Optional<Duration> lockDuration = Optional.empty();
    private Optional<Duration> duplicateWindow = Optional.empty();

    private AmqpQueue(String name, Clock clock, @Nullable AmqpQueue deadLetters) {
        this.name = name;
        this.clock = clock;
        this.deadLetters = deadLetters;
    }

    static AmqpQueue named(String name, Clock clock) {
        return new AmqpQueue(name, clock, new AmqpQueue(name + "/$DeadLetterQueue", clock, null));
    }

    Optional<AmqpQueue> deadLetters() {
        return Optional.ofNullable(deadLetters);
    }

    @Override
    public long maxTransferSize() {
        return MAX_TRANSFER;
    }

    @Override
    public void store(AmqpTransfer transfer, String partition) {
        transfer.messages().forEach(this::add);
    }

    /** Drops messages from now on whose ids were there within the window. */
    void detectDuplicates(Duration window) {
        duplicateWindow = Optional.of(window);
    }

    /** Returns within which time a message is dropped whose id is known. */
    Optional<Duration> duplicateWindow() {
        return duplicateWindow;
    }

    private boolean isKnown(AmqpMessage message) {
        Object id = message.properties().get("message-id");
        Instant earliest = duplicateWindow.map(clock.instant()::minus).orElse(Instant.MAX);
        return id != null
                && duplicateWindow.isPresent()
                && arrived.stream()
                        .filter(before -> id.equals(before.properties().get("message-id")))
                        .anyMatch(before -> !before.enqueuedTime().isBefore(earliest));
    }

    private void add(AmqpTransfer.Encoded encoded) {
        long number = arrived.size() + 1L;
        AmqpStored stored = AmqpStored.of(encoded, name, "", number, clock.instant());
        if (isKnown(stored.view())) {
            return;
        }
        arrived.add(stored.view());
        available.put(number, stored);
    }

    @Override
    public List<AmqpMessage> messages() {
        return List.copyOf(arrived);
    }

    /** Returns the session of the oldest message that is of one and locked by nobody. */
    Optional<String> nextSession() {
        return available.values().stream()
                .flatMap(stored -> Optional.ofNullable(stored.session()).stream())
                .findFirst();
    }

    /** Gives messages of one session, or of any and none. */
    Cursor cursor(Optional<String> session) {
        Locks locks = new Locks(session);
        receivers.add(locks);
        return locks;
    }

    /** Has locks last so long from now on, where they last until their receiver goes away. */
    void lockFor(Duration duration) {
        lockDuration = Optional.of(duration);
    }

    /** Has a lock last its whole duration again; false where it is lost. */
    boolean renew(UUID token) {
        receivers.forEach(Locks::expire);
        return receivers.stream().anyMatch(locks -> locks.renew(token));
    }

    /** Has the lock on a session last its whole duration again; false where it is lost. */
    boolean renewSession(String session) {
        receivers.forEach(Locks::expire);
        return receivers.stream()
                .filter(locks -> locks.session.equals(Optional.of(session)))
                .anyMatch(Locks::renewAll);
    }

    private Instant lockedUntil() {
        return lockDuration.map(clock.instant()::plus).orElse(Instant.MAX);
    }

    private record Lock(AmqpStored message, Instant until) {}

    private final class Locks implements Cursor {
        private final Optional<String> session;
        private final Map<UUID, Lock> locks = new LinkedHashMap<>();

        private Locks(Optional<String> session) {
            this.session = session;
        }

        @Override
        public @Nullable AmqpStored next(UUID token) {
            receivers.forEach(Locks::expire);
            for (AmqpStored stored : available.values()) {
                if (session.isEmpty() || session.get().equals(stored.session())) {
                    available.remove(stored.view().sequenceNumber());
                    locks.put(token, new Lock(stored, lockedUntil()));
                    return stored;
                }
            }
            return null;
        }

        private boolean renew(UUID token) {
            return locks.computeIfPresent(token, (same, lock) -> new Lock(lock.message(), lockedUntil())) != null;
        }

        private boolean renewAll() {
            locks.replaceAll((token, lock) -> new Lock(lock.message(), lockedUntil()));
            return true;
        }

        private void expire() {
            Instant now = clock.instant();
            for (Map.Entry<UUID, Lock> entry : List.copyOf(locks.entrySet())) {
                if (entry.getValue().until().isBefore(now)) {
                    locks.remove(entry.getKey());
                    giveBack(entry.getValue().message());
                }
            }
        }

        @Override
        public DeliveryState settle(UUID token, DeliveryState outcome) {
            expire();
            Lock lock = locks.remove(token);
            if (lock == null) {
                Rejected lost = new Rejected();
                lost.setError(
                        new ErrorCondition(Symbol.valueOf("com.microsoft:message-lock-lost"), "the lock has run out"));
                return lost;
            }
            if (outcome instanceof Rejected rejected && deadLetters != null) {
                lock.message().addProperties(reasons(rejected));
                deadLetters.add(
                        new AmqpTransfer.Encoded(ByteBuffer.wrap(lock.message().encode()), false));
            } else if (!(outcome instanceof Accepted) && !isDeferred(outcome)) {
                giveBack(lock.message());
            }
            return outcome;
        }

        /** Service Bus keeps a receiver's reasons among the application properties. */
        private static Map<?, ?> reasons(Rejected rejected) {
            Map<?, ?> info =
                    rejected.getError() == null ? null : rejected.getError().getInfo();
            return info == null ? Map.of() : info;
        }

        private static boolean isDeferred(DeliveryState outcome) {
            return outcome instanceof Modified modified && Boolean.TRUE.equals(modified.getUndeliverableHere());
        }

        @Override
        public void close() {
            locks.values().forEach(lock -> giveBack(lock.message()));
            locks.clear();
            receivers.remove(this);
        }

        private void giveBack(AmqpStored message) {
            message.countDelivery();
            available.put(message.view().sequenceNumber(), message);
        }
    }
}
