package dev.persistor.standalone.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;

/**
 * The open connections. A connection that waits too long for its client is closed. When there are more connections than allowed, the
 * one that has waited longest for its client is closed and the new one is served: slow clients cannot keep others out.
 *
 * <p>Thread-safe.
 */
final class HttpConnections implements Connection.Listener {

    /** What a connection waits for. Guarded by the object around it. */
    private static final class Wait {
        private long since;
        private final long bytesBefore;
        private final long requestsBefore;
        private boolean isInHeaders;
        private boolean isInRequest;

        private Wait(Connection connection) {
            this.since = System.nanoTime();
            this.bytesBefore = connection.getBytesIn();
            this.requestsBefore = connection.getMessagesIn();
        }
    }

    /** So many times the number that is allowed may be open for a moment, while nothing was read of them. */
    private static final int UNREAD = 4;

    private final HttpLimits limits;
    /** Those that wait for their client, in the order in which they began to. Guarded by this, as is the next. */
    private final Map<Connection, Wait> waiting = new LinkedHashMap<>();

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
            surplus = waiting.keySet().stream().findFirst();
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

    /** Returns the connection that gives way to others. */
    private Optional<Connection> longestWaiting() {
        long now = System.nanoTime();
        long inRequest =
                waiting.values().stream().filter(wait -> wait.isInRequest).count();
        boolean areMany = inRequest > limits.connections() / 2;
        return waiting.entrySet().stream()
                .filter(entry -> givesWay(entry.getKey(), entry.getValue(), now, areMany))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /**
     * A connection that was opened or answered a moment ago does not give way while nothing of a request was read: its request may be
     * here already, and it holds no memory yet. Nor does one whose headers were complete a moment ago, unless these are many.
     */
    private boolean givesWay(Connection connection, Wait wait, long now, boolean areMany) {
        return isInHeaders(connection, wait)
                || (wait.isInRequest && areMany)
                || now - wait.since > limits.fresh().toNanos();
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
            wait.isInRequest = true;
            wait.since = System.nanoTime();
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
            if (isOverdue(connection, wait, now)) {
                overdue.add(connection);
            }
        });
        return overdue;
    }

    private static boolean isInHeaders(Connection connection, Wait wait) {
        return !wait.isInRequest
                && connection.getBytesIn() > wait.bytesBefore
                && connection.getMessagesIn() == wait.requestsBefore;
    }

    private boolean isOverdue(Connection connection, Wait wait, long now) {
        if (!wait.isInHeaders && isInHeaders(connection, wait)) {
            wait.isInHeaders = true;
            wait.since = now;
        }
        Duration limit = wait.isInRequest ? limits.request() : wait.isInHeaders ? limits.headers() : limits.idle();
        return now - wait.since > limit.toNanos();
    }

    /** Returns how many connections are open. */
    synchronized int open() {
        return open;
    }
}
