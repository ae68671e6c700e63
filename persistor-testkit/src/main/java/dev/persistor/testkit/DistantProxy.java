package dev.persistor.testkit;

import dev.persistor.core.thread.DaemonThreads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands before an HTTP server on this machine as if it were far away, on a free port of 127.0.0.1. Each request arrives so much later,
 * whatever others are under way, and its answer comes at once. Above a rate requests are answered 429 in place of the server, as late as
 * the others. One thread passes bytes on, and parses no more than the first line and the length of a request.
 *
 * <p>Clients must not send a request before the answer to the one before it on the same connection, which HTTP/1.1 clients do not.
 *
 * <p>Thread-safe.
 */
public final class DistantProxy implements AutoCloseable {

    private static final int BUFFER = 64 * 1024;
    /** The rate is that of a tenth of a second: so many requests at once are no excess. */
    private static final double BURST_SECONDS = 0.1;

    private static final byte[] TOO_MANY =
            "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** What goes to a server, or an answer of this proxy, at a time. */
    private record Late(long at, Tunnel tunnel, ByteBuffer bytes, boolean isAnswer) {}

    private final Selector selector = Selector.open();
    private final ServerSocketChannel listener = ServerSocketChannel.open();
    private final InetSocketAddress server;
    private final long delay;
    /** In the order of their times, since all wait as long. */
    private final Deque<Late> late = new ArrayDeque<>();

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private final AtomicLong connections = new AtomicLong();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong throttled = new AtomicLong();
    private final Thread thread = DaemonThreads.of("distant-proxy", this::run);
    private volatile double allowed = Double.POSITIVE_INFINITY;
    private double tokens;
    private long filled = System.nanoTime();

    private DistantProxy(int port, Duration delay) throws IOException {
        this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.delay = delay.toNanos();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
    }

    /**
     * Starts a proxy.
     *
     * @param port where the server listens on 127.0.0.1
     * @param delay how much later each request arrives there
     */
    public static DistantProxy before(int port, Duration delay) throws IOException {
        DistantProxy proxy = new DistantProxy(port, delay);
        proxy.thread.start();
        return proxy;
    }

    /** Answers 429 to what is more than so many requests a second from now on, in each tenth of a second. */
    public void allow(double requestsPerSecond) {
        allowed = requestsPerSecond;
    }

    /** Returns the port on 127.0.0.1 where the proxy listens. */
    public int port() {
        return ((InetSocketAddress) listener.socket().getLocalSocketAddress()).getPort();
    }

    /** Returns how many connections clients opened so far. */
    public long connections() {
        return connections.get();
    }

    /** Returns how many requests came so far. */
    public long requests() {
        return requests.get();
    }

    /** Returns how many of the requests were answered 429. */
    public long throttled() {
        return throttled.get();
    }

    private void run() {
        try {
            while (listener.isOpen()) {
                select();
                sendLate();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void select() throws IOException {
        if (late.isEmpty()) {
            selector.select();
        } else {
            long left = TimeUnit.NANOSECONDS.toMillis(late.getFirst().at - System.nanoTime());
            // A millisecond is too long to wait for what is due within it.
            int unused = left > 0 ? selector.select(left) : selector.selectNow();
        }
        for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
            SelectionKey key = keys.next();
            keys.remove();
            if (key.isValid() && key.isAcceptable()) {
                accept();
            } else if (key.isValid()) {
                ((Tunnel) key.attachment()).move(key);
            }
        }
    }

    private void accept() throws IOException {
        SocketChannel client = listener.accept();
        if (client != null) {
            connections.incrementAndGet();
            Tunnel unused = new Tunnel(client, SocketChannel.open(server));
        }
    }

    private void sendLate() {
        while (!late.isEmpty() && late.getFirst().at <= System.nanoTime()) {
            Late next = late.removeFirst();
            next.tunnel.send(next);
        }
    }

    private boolean isTooMuch() {
        requests.incrementAndGet();
        long now = System.nanoTime();
        double rate = allowed;
        if (rate == Double.POSITIVE_INFINITY) {
            return false;
        }
        tokens = Math.min(rate * BURST_SECONDS, tokens + (now - filled) * rate / 1e9);
        filled = now;
        if (tokens >= 1) {
            tokens -= 1;
            return false;
        }
        throttled.incrementAndGet();
        return true;
    }

    /** A connection and its counterpart to the server. Used by the proxy's thread alone. */
    private final class Tunnel {

        private final SocketChannel client;
        private final SocketChannel server;
        private final SelectionKey clientKey;
        private final SelectionKey serverKey;
        private final Deque<ByteBuffer> toClient = new ArrayDeque<>();
        private final Deque<ByteBuffer> toServer = new ArrayDeque<>();
        private boolean inRequest;
        /** How many bytes of a request that is answered here are still to come. */
        private long ignored;

        Tunnel(SocketChannel client, SocketChannel server) throws IOException {
            this.client = client;
            this.server = server;
            this.clientKey = register(client);
            this.serverKey = register(server);
        }

        private SelectionKey register(SocketChannel channel) throws IOException {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            return channel.register(selector, SelectionKey.OP_READ, this);
        }

        void move(SelectionKey key) {
            try {
                if (key.isWritable()) {
                    write(key, key == clientKey ? toClient : toServer);
                }
                if (key.isValid() && key.isReadable()) {
                    read(key == clientKey);
                }
            } catch (IOException e) {
                close();
            }
        }

        private void read(boolean isRequest) throws IOException {
            buffer.clear();
            int count = (isRequest ? client : server).read(buffer);
            buffer.flip();
            if (count < 0) {
                close();
            } else if (!isRequest) {
                inRequest = false;
                pass(clientKey, toClient, buffer);
            } else if (ignored > 0) {
                ignored -= count;
                answerIgnored();
            } else {
                delay();
            }
        }

        private void delay() {
            if (!inRequest) {
                inRequest = true;
                if (isTooMuch()) {
                    ignored = lengthOfRequest() - buffer.remaining();
                    answerIgnored();
                    return;
                }
            }
            ByteBuffer copy =
                    ByteBuffer.allocate(buffer.remaining()).put(buffer).flip();
            late.add(new Late(System.nanoTime() + delay, this, copy, false));
        }

        private void answerIgnored() {
            if (ignored <= 0) {
                ignored = 0;
                late.add(new Late(System.nanoTime() + delay, this, ByteBuffer.wrap(TOO_MANY), true));
            }
        }

        /** Of a request whose head is in the buffer; of one with a body in chunks, only what is there. */
        private long lengthOfRequest() {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            int head = text.indexOf("\r\n\r\n") + 4;
            int field = text.substring(0, head).toLowerCase(Locale.ROOT).indexOf("\r\ncontent-length:");
            return field < 0
                    ? head
                    : head
                            + Long.parseLong(text.substring(field + 17, text.indexOf("\r\n", field + 2))
                                    .strip());
        }

        void send(Late next) {
            try {
                if (next.isAnswer) {
                    inRequest = false;
                    pass(clientKey, toClient, next.bytes);
                } else {
                    pass(serverKey, toServer, next.bytes);
                }
            } catch (IOException e) {
                close();
            }
        }

        private void pass(SelectionKey key, Deque<ByteBuffer> waiting, ByteBuffer bytes) throws IOException {
            if (waiting.isEmpty() && key.isValid()) {
                ((SocketChannel) key.channel()).write(bytes);
            }
            if (bytes.hasRemaining()) {
                waiting.add(ByteBuffer.allocate(bytes.remaining()).put(bytes).flip());
                write(key, waiting);
            }
        }

        private void write(SelectionKey key, Deque<ByteBuffer> waiting) throws IOException {
            while (!waiting.isEmpty()) {
                ((SocketChannel) key.channel()).write(waiting.getFirst());
                if (waiting.getFirst().hasRemaining()) {
                    key.interestOpsOr(SelectionKey.OP_WRITE);
                    return;
                }
                waiting.removeFirst();
            }
            key.interestOpsAnd(~SelectionKey.OP_WRITE);
        }

        private void close() {
            for (SocketChannel each : new SocketChannel[] {client, server}) {
                try {
                    each.close();
                } catch (IOException e) {
                    // It is of no use any more.
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
