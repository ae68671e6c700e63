package dev.persistor.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Azurite, the emulator of Azure Blob Storage, as a process of its own on a reserved port of 127.0.0.1. It keeps all data
 * in memory and ends with {@link #close}, or with this process.
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
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(1);
    private static final long ENDS_WITHIN_SECONDS = 5;

    private final Process process;
    private final ReservedPort port;
    private final Path log;
    private final Thread endWithThisProcess;

    private Azurite(Process process, ReservedPort port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
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
        ReservedPort port = ReservedPort.reserve();
        try {
            Path log = Files.createTempFile("azurite", ".log");
            log.toFile().deleteOnExit();
            Azurite azurite = new Azurite(launch(program, port, log), port, log);
            azurite.awaitAnswer();
            return azurite;
        } catch (IOException e) {
            port.close();
            throw new IllegalStateException("Azurite does not start; it needs Node 20 on the path", e);
        }
    }

    private static Process launch(Path program, ReservedPort port, Path log) throws IOException {
        return new ProcessBuilder(List.of(
                        "node",
                        program.toString(),
                        "--blobHost",
                        "127.0.0.1",
                        "--blobPort",
                        Integer.toString(port.number()),
                        "--inMemoryPersistence",
                        "--skipApiVersionCheck",
                        "--disableTelemetry",
                        "--silent"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private void awaitAnswer() throws IOException {
        try {
            port.awaitServedBy(process, STARTS_WITHIN);
        } catch (IllegalStateException e) {
            String output = Files.readString(log);
            close();
            throw new IllegalStateException("Azurite does not start: " + e.getMessage() + "; its output: " + output, e);
        }
    }

    /** Returns the id of the emulator's process. */
    public long pid() {
        return process.pid();
    }

    /** Returns the port on 127.0.0.1. */
    public int port() {
        return port.number();
    }

    /** Returns the address of the emulator's account: {@code http://127.0.0.1:PORT/devstoreaccount1}. */
    public String endpoint() {
        return endpointThrough(port());
    }

    /** Returns the account's address through another port, such as a proxy's. */
    public String endpointThrough(int otherPort) {
        return endpointAt("127.0.0.1:" + otherPort);
    }

    /** Returns the connection string of the emulator's account. */
    public String connectionString() {
        return connectionStringThrough(port());
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
        try {
            if (!process.waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            Files.deleteIfExists(log);
            Runtime.getRuntime().removeShutdownHook(endWithThisProcess);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        } catch (IOException | IllegalStateException e) {
            // This process is ending: the hook ends the emulator, and the log is deleted on exit.
            process.destroyForcibly();
        } finally {
            port.close();
        }
    }
}
