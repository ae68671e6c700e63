package dev.persistor.testkit.azure;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.qpid.proton.amqp.DescribedType;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedLong;
import org.apache.qpid.proton.amqp.messaging.Source;
import org.apache.qpid.proton.amqp.messaging.Target;
import org.apache.qpid.proton.engine.Connection;
import org.apache.qpid.proton.engine.Event;
import org.apache.qpid.proton.engine.Link;
import org.apache.qpid.proton.engine.Receiver;
import org.apache.qpid.proton.engine.Sender;
import org.apache.qpid.proton.engine.Session;

/** What the server does on one connection. Not thread-safe: only the server's loop uses it. */
final class AmqpConnection {

    /** Room for the largest transfers of several links at a time; with less, one of many frames would never be whole. */
    private static final int SESSION_BYTES = 16 * 1024 * 1024;

    private static final Symbol SELECTOR = Symbol.valueOf("apache.org:selector-filter:string");
    private static final Symbol SESSION = Symbol.valueOf("com.microsoft:session-filter");

    private final AmqpServer server;
    private final AmqpSocket socket;
    private final AmqpRequests requests;
    private final Map<Link, AmqpLink> links = new HashMap<>();

    AmqpConnection(AmqpServer server, AmqpSocket socket) {
        this.server = server;
        this.socket = socket;
        this.requests = new AmqpRequests(server.entities());
    }

    void handle(Event event) {
        switch (event.getType()) {
            case CONNECTION_REMOTE_OPEN -> open(event.getConnection());
            case CONNECTION_REMOTE_CLOSE -> event.getConnection().close();
            case SESSION_REMOTE_OPEN -> open(event.getSession());
            case SESSION_REMOTE_CLOSE -> event.getSession().close();
            case LINK_REMOTE_OPEN -> attach(event.getLink());
            case LINK_REMOTE_CLOSE, LINK_REMOTE_DETACH -> detach(event.getLink());
            case DELIVERY -> {
                AmqpLink link = links.get(event.getLink());
                if (link != null) {
                    link.onDelivery(event.getDelivery());
                }
            }
            default -> {
                // The engine tells of much that needs no answer.
            }
        }
    }

    private static void open(Connection connection) {
        connection.setContainer("persistor-testkit");
        connection.open();
    }

    private static void open(Session session) {
        session.setIncomingCapacity(SESSION_BYTES);
        session.open();
    }

    private void attach(Link link) {
        link.setSource(link.getRemoteSource());
        link.setTarget(link.getRemoteTarget());
        link.setSenderSettleMode(link.getRemoteSenderSettleMode());
        link.setReceiverSettleMode(link.getRemoteReceiverSettleMode());
        try {
            AmqpLink end = link instanceof Receiver receiver ? incoming(receiver) : outgoing((Sender) link);
            links.put(link, end);
            link.open();
        } catch (AmqpRefusal e) {
            // An attach without its terminus, and a detach that says why: so AMQP refuses a link.
            link.setSource(null);
            link.setTarget(null);
            link.setCondition(e.toCondition());
            link.open();
            link.close();
        }
    }

    private AmqpLink incoming(Receiver receiver) throws AmqpRefusal {
        if (!(receiver.getRemoteTarget() instanceof Target target)) {
            throw new AmqpRefusal("amqp:not-implemented", "this server does no transactions");
        }
        if (AmqpRequests.isAsked(target.getAddress())) {
            return AmqpIncoming.on(receiver, requests::take);
        }
        AmqpEntities.Target place = server.entities().target(target.getAddress());
        receiver.setMaxMessageSize(UnsignedLong.valueOf(place.entity().maxTransferSize()));
        return AmqpIncoming.on(receiver, (bytes, delivery) -> server.take(place, bytes, delivery, socket));
    }

    private AmqpLink outgoing(Sender sender) throws AmqpRefusal {
        Source source = (Source) sender.getRemoteSource();
        String address = source.getAddress();
        if (AmqpRequests.isAsked(address)) {
            AmqpReplies link = new AmqpReplies(sender);
            requests.add(((Target) sender.getRemoteTarget()).getAddress(), link);
            return link;
        }
        Map<?, ?> filters = source.getFilter() == null ? Map.of() : source.getFilter();
        Optional<AmqpEntity.Cursor> partition = server.entities().partition(address, selector(filters));
        return new AmqpOutgoing(sender, partition.isPresent() ? partition.get() : queue(sender, source, filters));
    }

    private static Optional<String> selector(Map<?, ?> filters) {
        return filters.get(SELECTOR) instanceof DescribedType selector
                ? Optional.of(String.valueOf(selector.getDescribed()))
                : Optional.empty();
    }

    private AmqpEntity.Cursor queue(Sender sender, Source source, Map<?, ?> filters) throws AmqpRefusal {
        AmqpQueue queue = server.entities().queue(source.getAddress());
        if (!filters.containsKey(SESSION)) {
            return queue.cursor(Optional.empty());
        }
        String session = filters.get(SESSION) instanceof String named
                ? named
                : queue.nextSession()
                        .orElseThrow(() -> new AmqpRefusal("com.microsoft:timeout", "no message is of a session"));
        Source accepted = new Source();
        accepted.setAddress(source.getAddress());
        accepted.setFilter(Map.of(SESSION, session));
        sender.setSource(accepted);
        return queue.cursor(Optional.of(session));
    }

    private void detach(Link link) {
        AmqpLink end = links.remove(link);
        if (end != null) {
            end.close();
        }
        link.close();
    }

    /** Sends what other connections have brought. */
    void pump() {
        links.values().forEach(AmqpLink::pump);
    }

    void close() {
        Collection<AmqpLink> gone = List.copyOf(links.values());
        links.clear();
        gone.forEach(AmqpLink::close);
    }
}
