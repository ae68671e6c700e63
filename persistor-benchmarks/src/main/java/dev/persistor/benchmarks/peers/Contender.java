package dev.persistor.benchmarks.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A program that archives a topic.
 *
 * @param name what the tables call it
 * @param launch how a process of it is started
 * @param contents how what it stores is read
 */
record Contender(String name, Launch launch, Contents contents) {

    /** A dead member leaves its partitions soon, or else a killed process would have nothing to read for most of a minute. */
    private static final String SESSION_MILLIS = "2000";

    private static final String HEARTBEAT_MILLIS = "300";

    /** What the names of all that run Persistor begin with. */
    static final String PERSISTOR = "Persistor";

    private static final int FEW_CONSUMERS = 2;

    /** As many as a poll of Camel has at most. */
    private static final int BATCH = 1_000;

    /** How a process is started. */
    @FunctionalInterface
    interface Launch {

        /** Returns what follows the JVM's own flags, after it has written the files that it needs. */
        Command command(Place place) throws IOException;
    }

    /**
     * A command line without the JVM.
     *
     * @param arguments class path, main class and arguments
     * @param environment variables beside those of this process
     */
    record Command(List<String> arguments, Map<String, String> environment) {}

    /**
     * The programs, where the build puts them.
     *
     * @param collector how the JVM keeps its heap in Persistor's container image
     * @param jar the jar of Persistor's command
     * @param camel the folder of the jar with the routes, beside which is the folder of its closure
     */
    record Homes(String collector, Path jar, Path camel) {

        /** Finds them in a checkout. */
        static Homes in(Path checkout) {
            return new Homes(
                    "@" + checkout.resolve("deploy/container/collector.options"),
                    checkout.resolve("persistor-standalone/target/persistor-standalone.jar"),
                    checkout.resolve("persistor-benchmarks/camel/target"));
        }

        /** What follows the flags that all have, up to Persistor's own arguments. */
        List<String> persistor() {
            return List.of(collector, "-jar", jar.toString());
        }

        /** Persistor, many messages an object. */
        List<Contender> inBatches() {
            return List.of(
                    Contender.persistor(PERSISTOR + ", jsonl", "jsonl", BATCH, Contents.fields("data"), persistor()),
                    Contender.persistor(PERSISTOR + ", avro", "avro", BATCH, Contents.records("data"), persistor()));
        }

        /** Persistor, one object a message. */
        Contender raw() {
            return Contender.persistor(PERSISTOR + ", raw", "raw", 1, Contents.whole(), persistor());
        }

        /** Camel, one object a message. */
        Contender each() {
            return camel("Camel", "each", Contents.whole(), Topic.PARTITIONS, List.of());
        }

        /** Camel's shortest way to many messages an object. */
        Contender payloads() {
            return camel("Camel, lines of payloads", "payloads", Contents.lines(), Topic.PARTITIONS, List.of());
        }

        /** Camel, which keeps as much of a message as Persistor. */
        Contender json() {
            return camel("Camel, lines of JSON", "json", Contents.fields("data"), Topic.PARTITIONS, List.of());
        }

        Contender payloadsByOurCollector() {
            String name = "Camel, lines of payloads, the same collector";
            return camel(name, "payloads", Contents.lines(), Topic.PARTITIONS, List.of(collector));
        }

        /** With less to hold at once than with a consumer for each partition. */
        Contender payloadsWithFewConsumers() {
            String name = "Camel, lines of payloads, " + FEW_CONSUMERS + " consumers";
            return camel(name, "payloads", Contents.lines(), FEW_CONSUMERS, List.of());
        }

        private Contender camel(String name, String route, Contents contents, int consumers, List<String> flags) {
            List<String> arguments = new ArrayList<>(flags);
            arguments.addAll(List.of(
                    "-cp",
                    camel.resolve("camel.jar") + ":" + camel.resolve("lib/*"),
                    "dev.persistor.benchmarks.peers.camel.CamelArchive",
                    route));
            Launch launch = place -> new Command(
                    arguments,
                    Map.of(
                            "STORAGE_EMULATOR_HOST", place.endpoint(),
                            "BUCKET", place.run(),
                            "KAFKA_SERVERS", place.servers(),
                            "KAFKA_TOPIC", place.topic(),
                            "KAFKA_GROUP", place.run(),
                            "CONSUMERS", Integer.toString(consumers),
                            "SESSION_MILLIS", SESSION_MILLIS,
                            "HEARTBEAT_MILLIS", HEARTBEAT_MILLIS));
            return new Contender(name, launch, contents);
        }
    }

    /** {@code persistor run}. */
    static Contender persistor(String name, String format, int batch, Contents contents, List<String> program) {
        Launch launch = place -> {
            Path config = Files.writeString(place.file("persistor.yaml"), """
                    http-address: 127.0.0.1:0
                    captures:
                      orders:
                        from: kafka
                        store: gs://%s
                        format: %s
                        batch-messages: %d
                        kafka-servers: %s
                        kafka-topics: %s
                        kafka-group: %s
                        kafka-properties: {session.timeout.ms: %s, heartbeat.interval.ms: %s}
                    """.formatted(
                            place.run(),
                            format,
                            batch,
                            place.servers(),
                            place.topic(),
                            place.run(),
                            SESSION_MILLIS,
                            HEARTBEAT_MILLIS));
            List<String> arguments = new ArrayList<>(program);
            arguments.addAll(List.of("run", "--config", config.toString()));
            return new Command(arguments, Map.of("STORAGE_EMULATOR_HOST", place.endpoint()));
        };
        return new Contender(name, launch, contents);
    }
}
