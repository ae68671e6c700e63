package dev.persistor.benchmarks.peers;

import dev.persistor.benchmarks.Child;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Kafka's own broker, as it is started from its own class path, in a process of its own. Not thread-safe. */
final class KafkaProcess implements AutoCloseable {

    private static final long FORMAT_SECONDS = 60;
    private static final int BETWEEN_TRIES_MILLIS = 100;
    private static final int START_TRIES = 600;

    private final Process process;
    private final String servers;

    private KafkaProcess(Process process, String servers) {
        this.process = process;
        this.servers = servers;
        // It hears of nobody's end by itself.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    /**
     * Starts a broker, and waits until it takes connections: clients that find nobody try again without a pause.
     *
     * @param folder where it keeps everything; not there yet
     * @param log what it logs is appended to this file
     */
    static KafkaProcess start(Path folder, Path log) throws IOException, InterruptedException {
        String broker;
        String controller;
        try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            broker = "127.0.0.1:" + one.getLocalPort();
            controller = "127.0.0.1:" + other.getLocalPort();
        }
        Files.createDirectory(folder);
        String properties = Files.writeString(folder.resolve("server.properties"), """
                        process.roles=broker,controller
                        node.id=1
                        listeners=PLAINTEXT://%s,CONTROLLER://%s
                        controller.listener.names=CONTROLLER
                        controller.quorum.voters=1@%s
                        log.dirs=%s
                        auto.create.topics.enable=false
                        offsets.topic.replication.factor=1
                        offsets.topic.num.partitions=4
                        group.initial.rebalance.delay.ms=0
                        group.min.session.timeout.ms=1000
                        """.formatted(
                                broker, controller, controller, folder.resolve("data")))
                .toString();
        Process format =
                begin(log, "kafka.tools.StorageTool", "format", "-t", "cGVlcnMtb2YtcGVyc2lzdA", "-c", properties);
        if (!format.waitFor(FORMAT_SECONDS, TimeUnit.SECONDS) || format.exitValue() != 0) {
            format.destroyForcibly();
            throw new IOException("the broker's folder is not formatted: " + log);
        }
        KafkaProcess kafka = new KafkaProcess(begin(log, "kafka.Kafka", properties), broker);
        for (int tries = 0; !kafka.isListening(); tries++) {
            if (tries == START_TRIES || !kafka.process.isAlive()) {
                kafka.close();
                throw new IOException("the broker does not start: " + log);
            }
            TimeUnit.MILLISECONDS.sleep(BETWEEN_TRIES_MILLIS);
        }
        return kafka;
    }

    private boolean isListening() {
        String[] parts = servers.split(":", 2);
        try (Socket socket = new Socket(parts[0], Integer.parseInt(parts[1]))) {
            return socket.isConnected();
        } catch (IOException e) {
            // Nobody is there yet.
            return false;
        }
    }

    private static Process begin(Path log, String main, String... arguments) throws IOException {
        List<String> line =
                new ArrayList<>(List.of(Child.java(), "-Xmx1g", "-cp", System.getProperty("java.class.path"), main));
        line.addAll(List.of(arguments));
        return new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** Returns where it is, as clients are told. */
    String servers() {
        return servers;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
