package dev.persistor.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.junit.jupiter.api.Test;

class HttpConnectionsTest {

    private static final Duration LONG = Duration.ofMinutes(10);
    private static final int ALLOWED = 4;

    private final HttpConnections connections =
            new HttpConnections(new HttpLimits(ALLOWED, LONG, LONG, LONG, LONG, LONG, 1));
    private final List<TestConnection> opened = new ArrayList<>();

    /** A connection that has read as many bytes as the test says. */
    private static final class TestConnection extends AbstractConnection {

        private volatile long bytes;

        TestConnection() {
            super(new ByteArrayEndPoint(), Runnable::run);
        }

        @Override
        public void onFillable() {}

        @Override
        public long getBytesIn() {
            return bytes;
        }

        boolean isOpen() {
            return getEndPoint().isOpen();
        }
    }

    private TestConnection open() {
        TestConnection connection = new TestConnection();
        opened.add(connection);
        connections.onOpened(connection);
        return connection;
    }

    @Test
    void aConnectionWhoseRequestIsBeingReadDoesNotGiveWay() {
        TestConnection read = open();
        read.bytes = 40;
        IntStream.range(0, 2 * ALLOWED).forEach(i -> open());
        assertThat(opened).allMatch(TestConnection::isOpen);
    }

    @Test
    void theOldestOfManyUnfinishedHeadersGiveWay() {
        for (int i = 0; i < ALLOWED; i++) {
            open().bytes = 1;
        }
        connections.closeOverdue();
        TestConnection last = open();
        assertThat(opened).filteredOn(connection -> !connection.isOpen()).hasSize(1);
        assertThat(last.isOpen()).isTrue();
    }

    @Test
    void theOldestOfManyUnfinishedBodiesGivesWay() {
        for (int i = 0; i < ALLOWED; i++) {
            TestConnection connection = open();
            connection.bytes = 100;
            connections.begin(connection);
        }
        open();
        assertThat(opened).extracting(TestConnection::isOpen).containsExactly(false, true, true, true, true);
    }

    /** An idle connection may have been opened long before; its age says nothing of the request that it sends now. */
    @Test
    void anOldConnectionThatBeginsARequestIsNotTheOldestOfManyUnfinishedHeaders() {
        TestConnection old = open();
        TestConnection slow = open();
        slow.bytes = 1;
        open().bytes = 1;
        connections.closeOverdue();
        old.bytes = 40;
        open();
        open();
        assertThat(old.isOpen()).isTrue();
        assertThat(opened).filteredOn(connection -> !connection.isOpen()).isNotEmpty();
    }

    @Test
    void connectionsOfWhichNothingWasReadGiveWayWhenThereAreFarTooMany() {
        IntStream.rangeClosed(0, 4 * ALLOWED).forEach(i -> open());
        assertThat(opened).filteredOn(connection -> !connection.isOpen()).containsExactly(opened.get(0));
        assertThat(connections.open()).isEqualTo(4 * ALLOWED);
    }
}
