package dev.persistor.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How many servers start at once, the property {@code persistor.starts} says. */
@Timeout(300)
class ReservedPortTest {

    private static final int STARTS = Integer.getInteger("persistor.starts", 6);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final List<Process> processes = new ArrayList<>();

    @BeforeAll
    static void onlyWhereTheSystemReserves() {
        assumeTrue(ListeningSockets.areShown(), "only Linux reserves a port and shows whose a socket is");
    }

    @AfterEach
    void endProcesses() {
        processes.forEach(Process::destroyForcibly);
    }

    private Process start(int port) throws IOException {
        Process process = launch(port);
        processes.add(process);
        return process;
    }

    private static Process launch(int port) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Server.class.getName(),
                        Integer.toString(port))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String answer(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Answers each connection with the id of its process. As Jetty does in the Functions Framework, it lets others in. */
    static final class Server {
        private Server() {}

        public static void main(String[] arguments) throws IOException {
            try (ServerSocketChannel server = ServerSocketChannel.open()) {
                server.setOption(StandardSocketOptions.SO_REUSEPORT, true);
                server.bind(new InetSocketAddress(Integer.parseInt(arguments[0])));
                while (true) {
                    try (SocketChannel connection = server.accept()) {
                        connection.write(ByteBuffer.wrap(
                                Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)));
                    }
                }
            }
        }
    }

    @Test
    void aReservedPortIsTakenForEverySocketThatDoesNotShareIt() throws IOException {
        try (ReservedPort port = ReservedPort.reserve();
                ServerSocket other = new ServerSocket()) {
            other.setReuseAddress(false);

            assertThatExceptionOfType(BindException.class)
                    .isThrownBy(
                            () -> other.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port.number())));
        }
    }

    @Test
    void nothingListensOnAReservedPortBeforeItsServerDoes() {
        try (ReservedPort port = ReservedPort.reserve()) {
            assertThatExceptionOfType(SocketException.class).isThrownBy(() -> answer(port.number()));
        }
    }

    @Test
    void aServerCanListenOnItsReservedPortAgainAndAgain() throws IOException {
        try (ReservedPort port = ReservedPort.reserve()) {
            for (int start = 0; start < 3; start++) {
                try (ServerSocket server = new ServerSocket(port.number(), 1, InetAddress.getLoopbackAddress());
                        Socket client = new Socket(InetAddress.getLoopbackAddress(), port.number());
                        Socket accepted = server.accept()) {
                    assertThat(accepted.getPort()).isEqualTo(client.getLocalPort());
                }
            }
        }
    }

    @Test
    void aPortIsServedOnceItsOwnProcessListens() throws IOException {
        try (ReservedPort port = ReservedPort.reserve()) {
            Process server = start(port.number());
            port.awaitServedBy(server, PATIENCE);

            assertThat(answer(port.number())).isEqualTo(Long.toString(server.pid()));
        }
    }

    @Test
    void aServerOfAnotherProcessIsNotTakenForTheOneThatWasStarted() throws IOException {
        try (ReservedPort port = ReservedPort.reserve()) {
            port.awaitServedBy(start(port.number()), PATIENCE);
            Process second = start(port.number());

            assertThatIllegalStateException()
                    .isThrownBy(() -> port.awaitServedBy(second, PATIENCE))
                    .withMessage("another process than %d listens on port %d too", second.pid(), port.number());
        }
    }

    @Test
    void aProcessThatEndsBeforeItListensIsReported() throws Exception {
        try (ReservedPort port = ReservedPort.reserve()) {
            Process server = start(-1);

            assertThatIllegalStateException()
                    .isThrownBy(() -> port.awaitServedBy(server, PATIENCE))
                    .withMessage("the process ended with exit code 1");
        }
    }

    @Test
    void ofManyServersThatStartAtOnceEachIsReachedAtItsOwnPort() throws Exception {
        ExecutorService starters = Executors.newFixedThreadPool(STARTS);
        List<ReservedPort> ports = new ArrayList<>();
        try {
            List<Future<Process>> started = new ArrayList<>();
            for (int start = 0; start < STARTS; start++) {
                ReservedPort port = ReservedPort.reserve();
                ports.add(port);
                Callable<Process> server = () -> {
                    Process process = launch(port.number());
                    port.awaitServedBy(process, PATIENCE);
                    return process;
                };
                started.add(starters.submit(server));
            }
            for (Future<Process> each : started) {
                processes.add(each.get());
            }
            for (int start = 0; start < STARTS; start++) {
                assertThat(answer(ports.get(start).number()))
                        .isEqualTo(Long.toString(processes.get(start).pid()));
            }
        } finally {
            starters.shutdownNow();
            ports.forEach(ReservedPort::close);
        }
    }
}
