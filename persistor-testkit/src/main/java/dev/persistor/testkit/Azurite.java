package dev.persistor.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Azurite, the emulator of Azure Blob Storage, as a process of its own on a free port of 127.0.0.1. It keeps all data in
 * memory and ends with {@link #close}, or with this process.
 *
 * <p>Thread-safe.
 */
public final class Azurite implements AutoCloseable {

    /** The system property that names the folder with {@code package.json} and {@code node_modules}. */
    public static final String HOME_PROPERTY = "persistor.azurite.home";

    /** The emulator's account. */
    public static final String ACCOUNT = "devstoreaccount1";

    // Published by Microsoft for the emulator; it opens nothing else.
    private static final String WELL_KNOWN_KEY =
            "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    private static final int STARTS_WITHIN_MILLIS = 60_000;

    private final Process process;
    private final int port;
    private final Thread endWithThisProcess;

    private Azurite(Process process, int port) {
        this.process = process;
        this.port = port;
        this.endWithThisProcess = new Thread(process::destroyForcibly, "azurite-end");
        Runtime.getRuntime().addShutdownHook(endWithThisProcess);
    }

    /**
     * Starts the emulator and waits until it answers, a minute at most.
     *
     * @throws IllegalStateException if it is not installed or does not start; the message says what to do
     */
    public static Azurite start() {
        return start(Path.of(System.getProperty(HOME_PROPERTY, "persistor-testkit/azurite")));
    }

    /**
     * Starts the emulator that is installed in a folder and waits until it answers, a minute at most.
     *
     * @param home the folder with {@code node_modules}
     * @throws IllegalStateException if it is not installed or does not start; the message says what to do
     */
    public static Azurite start(Path home) {
        Path program =
                home.resolve("node_modules/azurite/dist/src/blob/main.js").toAbsolutePath();
        if (!Files.isRegularFile(program)) {
            throw new IllegalStateException("Azurite is not installed in " + home.toAbsolutePath()
                    + "; run: npm ci --prefix persistor-testkit/azurite");
        }
        try {
            int port = freePort();
            Path log = Files.createTempFile("azurite", ".log");
            Process process = new ProcessBuilder(List.of(
                            "node",
                            program.toString(),
                            "--blobHost",
                            "127.0.0.1",
                            "--blobPort",
                            Integer.toString(port),
                            "--inMemoryPersistence",
                            "--skipApiVersionCheck",
                            "--disableTelemetry",
                            "--silent"))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            Azurite azurite = new Azurite(process, port);
            azurite.awaitAnswer(log);
            return azurite;
        } catch (IOException e) {
            throw new IllegalStateException("Azurite does not start; it needs Node 20 on the path", e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitAnswer(Path log) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STARTS_WITHIN_MILLIS);
        while (System.nanoTime() < deadline && process.isAlive()) {
            if (answers()) {
                return;
            }
            awaitExit(50);
        }
        close();
        throw new IllegalStateException("Azurite did not answer on port " + port + ": " + Files.readString(log));
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException e) {
            // Not yet: the caller asks again until its deadline.
            return false;
        }
    }

    private boolean awaitExit(long millis) {
        try {
            return process.waitFor(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            throw new IllegalStateException("interrupted while waiting for Azurite", e);
        }
    }

    /** Returns the id of the emulator's process. */
    public long pid() {
        return process.pid();
    }

    /** Returns the port on 127.0.0.1. */
    public int port() {
        return port;
    }

    /** Returns the address of the emulator's account: {@code http://127.0.0.1:PORT/devstoreaccount1}. */
    public String endpoint() {
        return endpointThrough(port);
    }

    /** Returns the account's address through another port, such as a proxy's. */
    public String endpointThrough(int otherPort) {
        return endpointAt("127.0.0.1:" + otherPort);
    }

    /** Returns the connection string of the emulator's account. */
    public String connectionString() {
        return connectionStringThrough(port);
    }

    /** Returns the connection string of the emulator's account through another port, such as a proxy's. */
    public String connectionStringThrough(int otherPort) {
        return connectionStringAt("127.0.0.1:" + otherPort);
    }

    /** Returns the address of the emulator's account at any host and port, such as a container's. */
    public static String endpointAt(String hostAndPort) {
        return "http://" + hostAndPort + "/" + ACCOUNT;
    }

    /** Returns the connection string of the emulator's account at any host and port, such as a container's. */
    public static String connectionStringAt(String hostAndPort) {
        return "DefaultEndpointsProtocol=http;AccountName=" + ACCOUNT + ";AccountKey=" + WELL_KNOWN_KEY
                + ";BlobEndpoint=" + endpointAt(hostAndPort) + ";";
    }

    /** Ends the process and waits until it has ended. */
    @Override
    public void close() {
        process.destroy();
        if (!awaitExit(5_000)) {
            process.destroyForcibly();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(endWithThisProcess);
        } catch (IllegalStateException alreadyEnding) {
            // This process is ending, and the hook finds the emulator ended.
            process.destroyForcibly();
        }
    }
}
