package dev.persistor.standalone.run;

import dev.persistor.testkit.ReservedPort;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A port that leads to another, and that can be shut: then nobody gets in, and whoever is in is thrown out. Thread-safe. */
final class Gate implements AutoCloseable {

    private static final int ATTEMPTS = 100;
    private static final long BETWEEN_ATTEMPTS = 50_000_000;

    private final int to;
    private final ReservedPort port = ReservedPort.reserve();
    private ServerSocket server;
    private final List<Socket> sockets = new ArrayList<>();

    private Gate(int to) throws IOException {
        this.to = to;
        this.server = listening();
        accept(server);
    }

    /** Opens a gate to a port of this machine. */
    static Gate to(int port) throws IOException {
        return new Gate(port);
    }

    int port() {
        return port.number();
    }

    synchronized void shut() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }

    synchronized void open() throws IOException {
        server = listeningAgain();
        accept(server);
    }

    /** A listener that was closed may have its port until the thread that accepts has ended. */
    private ServerSocket listeningAgain() throws IOException {
        BindException last = new BindException();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                return listening();
            } catch (BindException e) {
                last = e;
                LockSupport.parkNanos(BETWEEN_ATTEMPTS);
            }
        }
        throw last;
    }

    private ServerSocket listening() throws IOException {
        ServerSocket listening = new ServerSocket();
        listening.setReuseAddress(true);
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port.number()));
        return listening;
    }

    private void accept(ServerSocket listening) {
        start(() -> {
            while (true) {
                Socket in;
                try {
                    in = listening.accept();
                } catch (IOException e) {
                    // Shut.
                    return;
                }
                lead(in);
            }
        });
    }

    private void lead(Socket in) {
        try {
            Socket out = new Socket(InetAddress.getLoopbackAddress(), to);
            // Else what comes in parts waits 40 ms between them.
            in.setTcpNoDelay(true);
            out.setTcpNoDelay(true);
            synchronized (this) {
                sockets.add(in);
                sockets.add(out);
            }
            start(() -> copy(in, out));
            start(() -> copy(out, in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        } catch (IOException e) {
            // One side has closed; so does the other.
            return;
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "gate");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        shut();
        port.close();
    }
}
