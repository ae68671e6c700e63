package dev.persistor.standalone.run;

import java.time.Duration;

/**
 * The time limits for each part of a request, and the maximum number of connections.
 *
 * <p>Immutable.
 *
 * @param connections how many connections are open at a time
 * @param fresh how long a connection that was opened, whose headers began or whose headers are complete does not give way to others
 * @param idle how long a connection may wait for the first byte of a request
 * @param headers how long the request line and the headers may take, from their first byte on
 * @param request how long a request may take from the end of its headers to the end of its body, or a read of metrics as a whole
 * @param window how often the progress of a body is looked at
 * @param bytesPerWindow how many bytes of a body must come in each window
 */
record HttpLimits(
        int connections,
        Duration fresh,
        Duration idle,
        Duration headers,
        Duration request,
        Duration window,
        long bytesPerWindow) {

    /** A connection whose headers are nearly complete holds less than this: 8 KiB of headers make up to 2,700 objects. */
    private static final long HEAP_PER_CONNECTION = 512L << 10;

    private static final int FEWEST_CONNECTIONS = 64;

    /** Returns the limits of a process: so many connections, or as many as its heap has room for. */
    static HttpLimits of(int connections, long heap) {
        int room = (int) Math.min(Integer.MAX_VALUE, Math.max(FEWEST_CONNECTIONS, heap / HEAP_PER_CONNECTION));
        return new HttpLimits(
                Math.min(connections, room),
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                Duration.ofMinutes(5),
                Duration.ofSeconds(10),
                10 << 10);
    }

    /** Returns these limits with another number of connections. */
    HttpLimits withConnections(int number) {
        return new HttpLimits(number, fresh, idle, headers, request, window, bytesPerWindow);
    }
}
