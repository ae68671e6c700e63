package dev.persistor.benchmarks;

import dev.persistor.testkit.GcsServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The testkit's Cloud Storage in a process of its own, so that its memory and its threads are not those that are measured.
 * It ends when the process that started it does.
 */
final class ServerProcess implements AutoCloseable {

    private final Process process;
    private final String endpoint;

    private ServerProcess(Process process, String endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    /** Starts a server whose uploads take so much longer. */
    static ServerProcess start(Duration delay) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx3g",
                        "-XX:+UseParallelGC",
                        "-Dsun.net.httpserver.nodelay=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServerProcess.class.getName(),
                        Long.toString(delay.toMillis()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String endpoint = out.readLine();
        if (endpoint == null) {
            throw new IOException("the server does not start");
        }
        return new ServerProcess(process, endpoint);
    }

    public static void main(String[] arguments) throws IOException {
        try (GcsServer server = GcsServer.start()) {
            server.delayUploads(Duration.ofMillis(Long.parseLong(arguments[0])));
            System.out.println(server.endpoint());
            while (System.in.read() >= 0) {
                // Nothing is sent: the end of the stream is the end of whoever started this.
            }
        }
    }

    String endpoint() {
        return endpoint;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
