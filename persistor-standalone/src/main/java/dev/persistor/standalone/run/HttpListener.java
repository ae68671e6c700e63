package dev.persistor.standalone.run;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One address where HTTP is served, with threads of its own. None of them waits: not for a client, nor for a store.
 *
 * <p>Thread-safe.
 */
final class HttpListener implements AutoCloseable {

    /** Answers requests. */
    interface Routes {
        void handle(HttpExchange exchange);
    }

    private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);
    private static final int MOST_THREADS = 24;
    private static final int MOST_HEADER_BYTES = 8 << 10;
    /** Connections that the kernel holds until they are accepted. */
    private static final int BACKLOG = 1_024;

    private final Server server;
    private final ServerConnector connector;

    private HttpListener(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /**
     * Begins to serve.
     *
     * @param tls the certificate and its key, if requests are encrypted
     * @param fatal told of an {@link Error} on any of its threads
     * @throws IOException if the address cannot be served at; the message names it
     */
    static HttpListener start(
            String name,
            InetSocketAddress address,
            Optional<KeyStore> tls,
            HttpLimits limits,
            HttpConnections connections,
            Routes routes,
            Consumer<Error> fatal)
            throws IOException {
        QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS);
        threads.setName(name);
        threads.setDaemon(true);
        Server server = new Server(threads);
        server.setHandler(new Routing(routes, connections, fatal));
        server.setErrorHandler(HttpListener::refuseMalformed);
        ServerConnector connector = connector(server, tls);
        connector.setHost(address.getHostString());
        connector.setPort(address.getPort());
        connector.setAcceptQueueSize(BACKLOG);
        // Else a second process could take a part of the requests, and neither would know.
        connector.setReusePort(false);
        connector.setIdleTimeout(limits.idle().toMillis());
        connector.addBean(connections);
        server.addConnector(connector);
        HttpListener listener = new HttpListener(server, connector);
        listener.start(address);
        return listener;
    }

    private static ServerConnector connector(Server server, Optional<KeyStore> tls) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(MOST_HEADER_BYTES);
        // Paths are compared as a whole and never name files.
        http.setUriCompliance(UriCompliance.UNSAFE);
        HttpConnectionFactory plain = new HttpConnectionFactory(http);
        if (tls.isEmpty()) {
            return new ServerConnector(server, 1, 1, plain);
        }
        SslContextFactory.Server ssl = new SslContextFactory.Server();
        ssl.setKeyStore(tls.get());
        ssl.setKeyStorePassword("");
        return new ServerConnector(server, 1, 1, new SslConnectionFactory(ssl, HttpVersion.HTTP_1_1.asString()), plain);
    }

    private void start(InetSocketAddress address) throws IOException {
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw new IOException(
                    "HTTP cannot be served at " + address.getHostString() + ":" + address.getPort() + ": "
                            + e.getMessage(),
                    e);
        }
        LOG.info("HTTP is served at {}:{}", address.getHostString(), port());
    }

    int port() {
        return connector.getLocalPort();
    }

    /** Closes all connections. */
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            LOG.warn("The HTTP server did not stop cleanly", e);
        }
    }

    private static final class Routing extends Handler.Abstract {

        private final Routes routes;
        private final HttpConnections connections;
        private final Consumer<Error> fatal;

        Routing(Routes routes, HttpConnections connections, Consumer<Error> fatal) {
            this.routes = routes;
            this.connections = connections;
            this.fatal = fatal;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            HttpExchange exchange = new HttpExchange(request, response, callback, fatal);
            connections.begin(exchange.connection());
            exchange.whenDone(() -> connections.end(exchange.connection()));
            exchange.run(() -> routes.handle(exchange));
            return true;
        }
    }

    /** Answers invalid HTTP. The answer does not quote the input, which may contain a secret. */
    private static boolean refuseMalformed(Request request, Response response, Callback callback) {
        String text = switch (response.getStatus()) {
            case 414 -> "the address is too long";
            case 431 -> "the headers are larger than " + MOST_HEADER_BYTES + " bytes";
            case 505 -> "only HTTP/1.1 and HTTP/1.0 are supported";
            case 500 -> "internal error; see the log";
            default -> "the request is not valid HTTP";
        };
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        response.write(true, ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8)), callback);
        return true;
    }
}
