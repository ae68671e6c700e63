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
record Entrant(String name, Launch launch, Contents contents) {

    /** A dead member leaves its partitions soon, or else a killed process would have nothing to read for most of a minute. */
    private static final String SESSION_MILLIS = "2000";

    private static final String HEARTBEAT_MILLIS = "300";

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

        /** Those that store many messages an object; the first is what the others are compared with. */
        List<Entrant> inBatches() {
            return List.of(
                    Entrant.persistor("Persistor, jsonl", "jsonl", BATCH, Contents.fields("data"), persistor()),
                    Entrant.persistor("Persistor, avro", "avro", BATCH, Contents.records("data"), persistor()),
                    Entrant.camel("Camel, lines of payloads", "payloads", Contents.lines(), camel, List.of()));
        }

        /** Those that store one object a message; the first is what the others are compared with. */
        List<Entrant> oneEach() {
            return List.of(
                    Entrant.persistor("Persistor, raw", "raw", 1, Contents.whole(), persistor()),
                    Entrant.camel("Camel", "each", Contents.whole(), camel, List.of()));
        }

        /** Peers of those in the large heap alone: one that keeps as much of a message, one with the same collector. */
        List<Entrant> moreInBatches() {
            return List.of(
                    Entrant.camel("Camel, lines of JSON", "json", Contents.fields("data"), camel, List.of()),
                    Entrant.camel(
                            "Camel, lines of payloads, the same collector",
                            "payloads",
                            Contents.lines(),
                            camel,
                            List.of(collector)));
        }
    }

    /** {@code persistor run}. */
    static Entrant persistor(String name, String format, int batch, Contents contents, List<String> program) {
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
        return new Entrant(name, launch, contents);
    }

    private static Entrant camel(String name, String route, Contents contents, Path home, List<String> flags) {
        List<String> arguments = new ArrayList<>(flags);
        arguments.addAll(List.of(
                "-cp",
                home.resolve("camel.jar") + ":" + home.resolve("lib/*"),
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
                        "CONSUMERS", Integer.toString(Topic.PARTITIONS),
                        "SESSION_MILLIS", SESSION_MILLIS,
                        "HEARTBEAT_MILLIS", HEARTBEAT_MILLIS));
        return new Entrant(name, launch, contents);
    }
}
