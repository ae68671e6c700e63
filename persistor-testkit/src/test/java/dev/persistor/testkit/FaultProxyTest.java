package dev.persistor.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FaultProxyTest {

    @Test
    void aConnectionThatTheEmulatorClosesWhenItIsUsedAgainIsNoFault() throws Exception {
        try (OneAnswerPerConnection emulator = new OneAnswerPerConnection();
                FaultProxy proxy = FaultProxy.before(emulator.port())) {
            HttpClient http = HttpClient.newHttpClient();
            HttpRequest write = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + "/blob"))
                    .PUT(BodyPublishers.ofString("x"))
                    .build();
            for (int i = 0; i < 3; i++) {
                assertThat(http.send(write, BodyHandlers.discarding()).statusCode())
                        .isEqualTo(201);
            }
            assertThat(emulator.closed).hasPositiveValue();
        }
    }

    /** Answers the first request of each connection, keeps the connection, and closes it when the next request comes. */
    private static final class OneAnswerPerConnection implements AutoCloseable {

        private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final AtomicInteger closed = new AtomicInteger();

        OneAnswerPerConnection() throws IOException {
            new Thread(this::serve, "one-answer").start();
        }

        int port() {
            return server.getLocalPort();
        }

        private void serve() {
            try {
                while (true) {
                    try (Socket connection = server.accept()) {
                        answerOnce(connection);
                    }
                }
            } catch (SocketException e) {
                // The test has closed the server.
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        private void answerOnce(Socket connection) throws IOException {
            BufferedReader in = new BufferedReader(new InputStreamReader(connection.getInputStream(), US_ASCII));
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {}
            in.read();
            connection.getOutputStream().write("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));
            if (in.read() >= 0) {
                closed.incrementAndGet();
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}
