package dev.persistor.standalone.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;

/**
 * The open connections. A connection that waits too long for its client is closed. When there are more connections than allowed, the
 * one that has waited longest for its client is closed and the new one is served: slow clients cannot keep others out.
 *
 * <p>Thread-safe.
 */
final class HttpConnections implements Connection.Listener {

    /** The part of a request that a connection waits for. */
    private enum Part {
        FIRST_BYTE,
        HEADERS,
        BODY
    }

    /** The state of a waiting connection, with its start. Guarded by the object around it. */
    private static final class Wait {
        private final Connection connection;
        private final long bytesBefore;
        private Part part = Part.FIRST_BYTE;
        private long since = System.nanoTime();

        private Wait(Connection connection) {
            this.connection = connection;
            this.bytesBefore = connection.getBytesIn();
        }

        /** Notes that the first bytes of a request were read. Jetty tells of them only when the headers are complete. */
        private void look(long now) {
            if (part == Part.FIRST_BYTE && connection.getBytesIn() > bytesBefore) {
                begin(Part.HEADERS, now);
            }
        }

        private void begin(Part next, long now) {
            part = next;
            since = now;
        }
    }

    /** So many times the number that is allowed may be open for a moment, while nothing was read of them. */
    private static final int UNREAD = 4;

    private final HttpLimits limits;
    /** Those that wait for their client. Guarded by this, as are the next two. */
    private final Map<Connection, Wait> waiting = new HashMap<>();

    private final Set<Connection> givenUp = new HashSet<>();
    private int open;

    HttpConnections(HttpLimits limits) {
        this.limits = limits;
    }

    @Override
    public void onOpened(Connection connection) {
        // Around a connection of HTTP, which is counted itself.
        if (!(connection instanceof SslConnection)) {
            opened(connection).ifPresent(surplus -> surplus.getEndPoint().close());
        }
    }

    /** Returns the connection that must be closed for this one. */
    private synchronized Optional<Connection> opened(Connection connection) {
        open++;
        waiting.put(connection, new Wait(connection));
        Optional<Connection> surplus = open <= limits.connections() ? Optional.empty() : longestWaiting();
        if (surplus.isEmpty() && open > UNREAD * limits.connections()) {
            surplus = longest(waiting.values().stream());
        }
        surplus.ifPresent(this::giveUp);
        return surplus;
    }

    /** A connection that is to be closed does not count any more, however long its closing takes. */
    private void giveUp(Connection connection) {
        open--;
        waiting.remove(connection);
        givenUp.add(connection);
    }

    /**
     * Returns the connection that gives way to others. One that has waited for less than {@link HttpLimits#fresh()} does not: its
     * next bytes may be here already, and be read at this moment. It does where many wait for the same part of a request, because a
     * request holds memory from its first byte on.
     */
    private Optional<Connection> longestWaiting() {
        long now = System.nanoTime();
        waiting.values().forEach(wait -> wait.look(now));
        boolean headersAreMany = areMany(Part.HEADERS);
        boolean bodiesAreMany = areMany(Part.BODY);
        return longest(waiting.values().stream()
                .filter(wait -> now - wait.since > limits.fresh().toNanos()
                        || (wait.part == Part.HEADERS && headersAreMany)
                        || (wait.part == Part.BODY && bodiesAreMany)));
    }

    private boolean areMany(Part part) {
        return waiting.values().stream().filter(wait -> wait.part == part).count() > limits.connections() / 2;
    }

    private static Optional<Connection> longest(Stream<Wait> waits) {
        return waits.min((one, other) -> Long.signum(one.since - other.since)).map(wait -> wait.connection);
    }

    @Override
    public void onClosed(Connection connection) {
        if (!(connection instanceof SslConnection)) {
            closed(connection);
        }
    }

    private synchronized void closed(Connection connection) {
        if (!givenUp.remove(connection)) {
            open--;
        }
        waiting.remove(connection);
    }

    /** Notes that the headers of a request are complete. */
    synchronized void begin(Connection connection) {
        Wait wait = waiting.get(connection);
        if (wait != null) {
            wait.begin(Part.BODY, System.nanoTime());
        }
    }

    /** Notes that a request is complete, and that its client waits for this process. */
    synchronized void received(Connection connection) {
        waiting.remove(connection);
    }

    /** Notes that a request is answered. */
    synchronized void end(Connection connection) {
        waiting.remove(connection);
        if (connection.getEndPoint().isOpen() && !givenUp.contains(connection)) {
            waiting.put(connection, new Wait(connection));
        }
    }

    /** Closes the connections that wait too long, and those beyond the number that is allowed. */
    void closeOverdue() {
        overdue().forEach(connection -> connection.getEndPoint().close());
        surplus().forEach(connection -> connection.getEndPoint().close());
    }

    private synchronized List<Connection> surplus() {
        List<Connection> surplus = new ArrayList<>();
        Optional<Connection> next = open > limits.connections() ? longestWaiting() : Optional.empty();
        while (next.isPresent()) {
            giveUp(next.get());
            surplus.add(next.get());
            next = open > limits.connections() ? longestWaiting() : Optional.empty();
        }
        return surplus;
    }

    private synchronized List<Connection> overdue() {
        long now = System.nanoTime();
        List<Connection> overdue = new ArrayList<>();
        waiting.forEach((connection, wait) -> {
            wait.look(now);
            if (now - wait.since > limit(wait.part).toNanos()) {
                overdue.add(connection);
            }
        });
        return overdue;
    }

    private Duration limit(Part part) {
        return switch (part) {
            case FIRST_BYTE -> limits.idle();
            case HEADERS -> limits.headers();
            case BODY -> limits.request();
        };
    }

    /** Returns how many connections are open. */
    synchronized int open() {
        return open;
    }
}
