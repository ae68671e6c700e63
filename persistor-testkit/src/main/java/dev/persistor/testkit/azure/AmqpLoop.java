package dev.persistor.testkit.azure;

import dev.persistor.core.thread.DaemonThreads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.qpid.proton.engine.TransportException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that does everything, so that nothing behind it needs a lock. Thread-safe. */
final class AmqpLoop implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AmqpLoop.class);

    /** Often enough for what the clients ask, which is a sign of life each 30 seconds. */
    private static final long TICK_MILLIS = 1_000;

    private final AmqpServer server;
    private final Selector selector;
    private final ServerSocketChannel listener;
    private final List<AmqpSocket> sockets = new ArrayList<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final long start = System.nanoTime();
    private final Thread thread = DaemonThreads.of("amqp-server", this::run);
    private volatile boolean closed;

    private AmqpLoop(AmqpServer server, Selector selector, ServerSocketChannel listener) {
        this.server = server;
        this.selector = selector;
        this.listener = listener;
    }

    static AmqpLoop start(AmqpServer server) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        listener.configureBlocking(false);
        Selector selector = Selector.open();
        listener.register(selector, SelectionKey.OP_ACCEPT);
        AmqpLoop loop = new AmqpLoop(server, selector, listener);
        loop.thread.start();
        return loop;
    }

    int port() {
        return listener.socket().getLocalPort();
    }

    /** Does something between two turns of the loop, or at once when it has ended, and waits for it. */
    <T> T call(Supplier<T> work) {
        if (closed) {
            return work.get();
        }
        CompletableFuture<T> done = CompletableFuture.supplyAsync(work, this::execute);
        return done.join();
    }

    private void execute(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    private void run() {
        try {
            while (!closed) {
                turn();
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("the AMQP server on port {} ends", port(), e);
        }
    }

    private void turn() throws IOException {
        selector.select(TICK_MILLIS);
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
        for (SelectionKey ready : selector.selectedKeys()) {
            if (ready.isValid() && ready.isAcceptable()) {
                accept();
            } else if (ready.isValid() && ready.isReadable()) {
                read((AmqpSocket) ready.attachment());
            }
        }
        selector.selectedKeys().clear();
        for (AmqpSocket socket : sockets) {
            pump(socket);
        }
        sockets.removeIf(socket -> !socket.isOpen());
    }

    private void accept() throws IOException {
        SocketChannel channel = listener.accept();
        if (channel != null) {
            sockets.add(new AmqpSocket(channel, selector, server));
        }
    }

    /** A client that goes away, or speaks what is no AMQP, ends its own connection and no other. */
    private static void read(AmqpSocket socket) throws IOException {
        try {
            socket.read();
        } catch (IOException | TransportException e) {
            LOG.debug("a connection breaks", e);
            socket.close();
        }
    }

    private void pump(AmqpSocket socket) throws IOException {
        try {
            socket.pump(1 + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        } catch (IOException e) {
            LOG.debug("a connection breaks", e);
            socket.close();
        } catch (RuntimeException e) {
            LOG.error("a connection is broken off, as this server does not understand what it asks", e);
            socket.close();
        }
    }

    /** Breaks all connections off. Only within the loop. */
    void dropConnections() {
        for (AmqpSocket socket : sockets) {
            drop(socket);
        }
    }

    static void drop(AmqpSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("a connection breaks as it is broken off", e);
        }
    }

    /** Ends the loop, its port and its connections. */
    @Override
    public void close() throws IOException {
        closed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        dropConnections();
        listener.close();
        selector.close();
    }
}
