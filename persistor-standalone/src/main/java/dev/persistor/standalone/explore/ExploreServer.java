package dev.persistor.standalone.explore;

import dev.persistor.standalone.recovery.ArchiveAccess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Serves the explorer of one archive.
 *
 * <p>Thread-safe.
 */
final class ExploreServer implements AutoCloseable {

    private static final int MOST_THREADS = 32;
    private static final int MOST_HEADER_BYTES = 32 << 10;
    private static final Duration IDLE = Duration.ofSeconds(30);

    private final Server server;
    private final ServerConnector connector;
    private final AccessCheck check;
    private final Explorer explorer;

    private ExploreServer(Server server, ServerConnector connector, AccessCheck check, Explorer explorer) {
        this.server = server;
        this.connector = connector;
        this.check = check;
        this.explorer = explorer;
    }

    /**
     * Begins to serve.
     *
     * @param budget how long a scan may take unless the request says so itself
     * @param fatal told of an {@link Error} on any of its threads
     * @throws IOException if the address cannot be served at; the message names it
     */
    static ExploreServer start(ArchiveAccess access, InetSocketAddress address, Duration budget, Consumer<Error> fatal)
            throws IOException {
        QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS);
        threads.setName("persistor-explore-http");
        threads.setDaemon(true);
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(MOST_HEADER_BYTES);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(address.getHostString());
        connector.setPort(address.getPort());
        connector.setIdleTimeout(IDLE.toMillis());
        server.addConnector(connector);
        AccessCheck check = AccessCheck.withNewToken(address.getHostString());
        Explorer explorer = new Explorer(access, check, budget, fatal);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                explorer.handle(request, response, callback);
                return true;
            }
        });
        ExploreServer started = new ExploreServer(server, connector, check, explorer);
        started.start(address);
        return started;
    }

    private void start(InetSocketAddress address) throws IOException {
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw new IOException(
                    "the explorer cannot be served at " + address.getHostString() + ":" + address.getPort() + ": "
                            + e.getMessage() + "; choose another address with --listen",
                    e);
        }
    }

    /** Returns the address of the page, with the token that opens it. */
    String url() {
        return "http://" + connector.getHost() + ":" + connector.getLocalPort() + check.path() + "?token="
                + check.token();
    }

    /** Returns how many scans are under way. */
    int scans() {
        return explorer.scans();
    }

    /** Closes all connections and stops all scans. */
    @Override
    public void close() {
        explorer.close();
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the server of the explorer did not stop", e);
        }
    }
}
