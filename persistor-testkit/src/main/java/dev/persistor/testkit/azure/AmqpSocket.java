package dev.persistor.testkit.azure;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.engine.Collector;
import org.apache.qpid.proton.engine.Connection;
import org.apache.qpid.proton.engine.Event;
import org.apache.qpid.proton.engine.Sasl;
import org.apache.qpid.proton.engine.SaslListener;
import org.apache.qpid.proton.engine.Transport;

/** Bytes between a socket and the engine that understands them. Not thread-safe: only the server's loop uses it. */
final class AmqpSocket {

    private static final int MAX_FRAME = 64 * 1024;

    private final SocketChannel channel;
    private final SelectionKey key;
    private final Transport transport = Proton.transport();
    private final Collector events = Proton.collector();
    private final AmqpConnection handler;

    AmqpSocket(SocketChannel channel, Selector selector, AmqpServer server) throws IOException {
        this.channel = channel;
        channel.configureBlocking(false);
        // Else each frame waits up to 40 ms until the client has acknowledged the one before.
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        this.key = channel.register(selector, SelectionKey.OP_READ, this);
        this.handler = new AmqpConnection(server, this);
        transport.setMaxFrameSize(MAX_FRAME);
        admitEveryone(transport.sasl());
        Connection connection = Proton.connection();
        connection.collect(events);
        transport.bind(connection);
    }

    private static void admitEveryone(Sasl sasl) {
        sasl.server();
        sasl.setMechanisms("MSSBCBS", "PLAIN", "ANONYMOUS");
        sasl.setListener(new SaslListener() {
            @Override
            public void onSaslInit(Sasl told, Transport of) {
                told.done(Sasl.SaslOutcome.PN_SASL_OK);
            }

            @Override
            public void onSaslMechanisms(Sasl told, Transport of) {}

            @Override
            public void onSaslChallenge(Sasl told, Transport of) {}

            @Override
            public void onSaslResponse(Sasl told, Transport of) {}

            @Override
            public void onSaslOutcome(Sasl told, Transport of) {}
        });
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    void read() throws IOException {
        while (channel.isOpen() && transport.capacity() > 0) {
            int count = channel.read(transport.tail());
            if (count < 0) {
                transport.close_tail();
                return;
            }
            transport.process();
            if (count == 0) {
                return;
            }
        }
    }

    /** Answers what has come in, sends what there is to send, and keeps the client from thinking that nobody is there. */
    void pump(long millis) throws IOException {
        handleEvents();
        handler.pump();
        handleEvents();
        if (channel.isOpen()) {
            transport.tick(millis);
            write();
        }
    }

    private void handleEvents() {
        for (Event event = events.peek(); event != null; event = events.peek()) {
            handler.handle(event);
            events.pop();
        }
    }

    private void write() throws IOException {
        int pending = transport.pending();
        while (pending > 0) {
            int count = channel.write(transport.head());
            transport.pop(count);
            if (count == 0) {
                break;
            }
            pending = transport.pending();
        }
        if (pending < 0) {
            close();
            return;
        }
        key.interestOps(
                (transport.capacity() > 0 ? SelectionKey.OP_READ : 0) | (pending > 0 ? SelectionKey.OP_WRITE : 0));
    }

    /** Breaks the connection off: nothing that waits to be written is. */
    void close() throws IOException {
        channel.close();
        handler.close();
    }
}
