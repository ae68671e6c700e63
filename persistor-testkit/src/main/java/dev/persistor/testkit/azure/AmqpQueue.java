package dev.persistor.testkit.azure;

import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.Modified;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.amqp.transport.DeliveryState;
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

    private void add(byte[] encoded) {
        long number = arrived.size() + 1L;
        AmqpStored stored = AmqpStored.of(encoded, name, "", number, clock.instant());
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
        return new Locks(session);
    }

    private final class Locks implements Cursor {
        private final Optional<String> session;
        private final Set<AmqpStored> locked = new LinkedHashSet<>();

        private Locks(Optional<String> session) {
            this.session = session;
        }

        @Override
        public @Nullable AmqpStored next() {
            for (AmqpStored stored : available.values()) {
                if (session.isEmpty() || session.get().equals(stored.session())) {
                    available.remove(stored.view().sequenceNumber());
                    locked.add(stored);
                    return stored;
                }
            }
            return null;
        }

        @Override
        public void settle(AmqpStored message, DeliveryState outcome) {
            if (!locked.remove(message) || outcome instanceof Accepted) {
                return;
            }
            if (outcome instanceof Rejected && deadLetters != null) {
                deadLetters.add(message.encode());
                return;
            }
            boolean deferred =
                    outcome instanceof Modified modified && Boolean.TRUE.equals(modified.getUndeliverableHere());
            if (!deferred) {
                giveBack(message);
            }
        }

        @Override
        public void close() {
            locked.forEach(this::giveBack);
            locked.clear();
        }

        private void giveBack(AmqpStored message) {
            message.countDelivery();
            available.put(message.view().sequenceNumber(), message);
        }
    }
}
