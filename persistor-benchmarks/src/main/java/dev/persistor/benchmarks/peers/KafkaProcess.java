package dev.persistor.benchmarks.peers;

import dev.persistor.benchmarks.Child;
import dev.persistor.testkit.ReservedPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Kafka's own broker, as it is started from its own class path, in a process of its own. Not thread-safe. */
final class KafkaProcess implements AutoCloseable {

    private static final long FORMAT_SECONDS = 60;
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(1);

    private final Process process;
    private final ReservedPort port;
    private final ReservedPort controllerPort;

    private KafkaProcess(Process process, ReservedPort port, ReservedPort controllerPort) {
        this.process = process;
        this.port = port;
        this.controllerPort = controllerPort;
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
        ReservedPort port = ReservedPort.reserve();
        ReservedPort controllerPort = ReservedPort.reserve();
        Files.createDirectory(folder);
        String properties = Files.writeString(folder.resolve("server.properties"), """
                        process.roles=broker,controller
                        node.id=1
                        listeners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d
                        controller.listener.names=CONTROLLER
                        controller.quorum.voters=1@127.0.0.1:%d
                        log.dirs=%s
                        auto.create.topics.enable=false
                        offsets.topic.replication.factor=1
                        offsets.topic.num.partitions=4
                        group.initial.rebalance.delay.ms=0
                        group.min.session.timeout.ms=1000
                        """.formatted(
                        port.number(), controllerPort.number(), controllerPort.number(), folder.resolve("data")))
                .toString();
        Process format =
                begin(log, "kafka.tools.StorageTool", "format", "-t", "cGVlcnMtb2YtcGVyc2lzdA", "-c", properties);
        if (!format.waitFor(FORMAT_SECONDS, TimeUnit.SECONDS) || format.exitValue() != 0) {
            format.destroyForcibly();
            throw new IOException("the broker's folder is not formatted: " + log);
        }
        KafkaProcess kafka = new KafkaProcess(begin(log, "kafka.Kafka", properties), port, controllerPort);
        try {
            port.awaitServedBy(kafka.process, STARTS_WITHIN);
            return kafka;
        } catch (IllegalStateException e) {
            kafka.close();
            throw new IOException("the broker does not start: " + e.getMessage() + "; its log is " + log, e);
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
        return "127.0.0.1:" + port.number();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        port.close();
        controllerPort.close();
    }
}
