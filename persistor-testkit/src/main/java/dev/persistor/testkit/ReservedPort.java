package dev.persistor.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A port for a server that must be told its port before it starts, such as a child process. The port stays reserved until
 * {@link #close}, also while the server is stopped and started again.
 *
 * <p>The reservation is a socket that is bound and does not listen. The operating system gives the port to no socket that asks
 * for any free port, and to no outgoing connection. A server that asks for this very port gets it, because it sets
 * {@code SO_REUSEADDR} as servers do by default on Unix. A system that does not allow this has the port released at once; then
 * {@link #isServedBy} still tells that a server answers, but not whose it is.
 *
 * <p>Thread-safe.
 */
public final class ReservedPort implements AutoCloseable {

    private static final long ASKED_EVERY_MILLIS = 20;
    private static final int CONNECTS_WITHIN_MILLIS = 1_000;

    private final SocketChannel reservation;
    private final int number;

    private ReservedPort(SocketChannel reservation, int number) {
        this.reservation = reservation;
        this.number = number;
    }

    /**
     * Reserves a port that no socket of this machine has.
     *
     * @throws IllegalStateException if the system has no free port
     */
    public static ReservedPort reserve() {
        try {
            SocketChannel socket = SocketChannel.open().setOption(StandardSocketOptions.SO_REUSEADDR, true);
            // All addresses: some servers cannot be told to listen on 127.0.0.1 alone.
            socket.bind(new InetSocketAddress(0));
            int number = ((InetSocketAddress) socket.getLocalAddress()).getPort();
            if (!letsServersIn(number)) {
                socket.close();
            }
            return new ReservedPort(socket, number);
        } catch (IOException e) {
            throw new IllegalStateException("cannot reserve a port", e);
        }
    }

    private static boolean letsServersIn(int number) {
        try (ServerSocket server = new ServerSocket(number, 1, InetAddress.getLoopbackAddress())) {
            return server.isBound();
        } catch (IOException e) {
            // This system keeps a bound port from every other socket.
            return false;
        }
    }

    /** Returns the port's number. */
    public int number() {
        return number;
    }

    /**
     * Waits until a process serves this port.
     *
     * @throws IllegalStateException if it ends, does not serve the port in time, or another process does; the message says which
     */
    public void awaitServedBy(Process process, Duration within) {
        long deadline = System.nanoTime() + within.toNanos();
        while (!isServedBy(process)) {
            if (!process.isAlive()) {
                throw new IllegalStateException("the process ended with exit code " + process.exitValue());
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "the process does not listen on port " + number + " within " + within.toSeconds() + " s");
            }
            pause(process);
        }
    }

    private static void pause(Process process) {
        try {
            process.waitFor(ASKED_EVERY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a process to listen", e);
        }
    }

    /**
     * Tells whether a process, or one that it started, listens on this port. Where the system does not show whose a socket is
     * (anywhere but on Linux), any listening socket counts.
     *
     * @return false if no socket listens
     * @throws IllegalStateException if a socket of another process listens, so that requests may be answered by that one
     */
    public boolean isServedBy(Process process) {
        if (!ListeningSockets.areShown()) {
            return process.isAlive() && acceptsConnections();
        }
        ListeningSockets all = ListeningSockets.on(number);
        if (all.isEmpty()) {
            return false;
        }
        ListeningSockets others = all.without(Stream.concat(Stream.of(process.toHandle()), process.descendants()));
        // A socket that was closed between the two looks, as when the process ends, is nobody's.
        if (!others.isEmpty() && others.stillOn(number)) {
            throw new IllegalStateException(
                    "another process than " + process.pid() + " listens on port " + number + " too");
        }
        return others.isEmpty();
    }

    private boolean acceptsConnections() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), number), CONNECTS_WITHIN_MILLIS);
            return true;
        } catch (IOException e) {
            // No server yet.
            return false;
        }
    }

    /** Releases the port. A server that has it keeps it. */
    @Override
    public void close() {
        try {
            reservation.close();
        } catch (IOException e) {
            throw new IllegalStateException("cannot release port " + number, e);
        }
    }
}
