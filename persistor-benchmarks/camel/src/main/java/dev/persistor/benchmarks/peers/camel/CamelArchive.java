package dev.persistor.benchmarks.peers.camel;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.google.storage.GoogleCloudStorageConstants;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;
import org.apache.camel.main.Main;

/**
 * Routes that archive a topic of Kafka in Cloud Storage as Camel's documentation says: offsets are committed by hand, and only
 * of what is stored. Objects are named after partition and offset, so that what comes again overwrites itself.
 */
public final class CamelArchive extends RouteBuilder {

    private static final String BATCH_RECORDS = "1000";

    private final Optional<Lines> batches;

    private CamelArchive(Optional<Lines> batches) {
        this.batches = batches;
    }

    /**
     * Runs until it is killed: {@code each} stores one object a message, {@code payloads} and {@code json} many messages an
     * object, one a line.
     */
    public static void main(String[] arguments) throws Exception {
        Optional<Lines> batches =
                switch (arguments[0]) {
                    case "each" -> Optional.empty();
                    case "payloads" -> Optional.of(Lines::ofPayloads);
                    case "json" -> Optional.of(Lines::ofJson);
                    default -> throw new IllegalArgumentException(
                            "a route is called each, payloads or json, not " + arguments[0]);
                };
        Main main = new Main();
        main.bind("storage", LocalStorage.client());
        main.configure().addRoutesBuilder(new CamelArchive(batches));
        main.run();
    }

    @Override
    public void configure() {
        String kafka = "kafka:{{env:KAFKA_TOPIC}}?brokers={{env:KAFKA_SERVERS}}&groupId={{env:KAFKA_GROUP}}"
                + "&autoOffsetReset=earliest&consumersCount={{env:CONSUMERS}}&autoCommitEnable=false&allowManualCommit=true"
                + "&breakOnFirstError=true&maxPollRecords=" + BATCH_RECORDS
                + "&sessionTimeoutMs={{env:SESSION_MILLIS}}&heartbeatIntervalMs={{env:HEARTBEAT_MILLIS}}"
                + "&valueDeserializer=org.apache.kafka.common.serialization.ByteArrayDeserializer";
        String storage = "google-storage://{{env:BUCKET}}?autoCreateBucket=false";
        if (batches.isPresent()) {
            Lines lines = batches.get();
            from(kafka + "&batching=true&pollTimeoutMs=250")
                    .process(CamelArchive::byPartition)
                    .split(body())
                    .stopOnException()
                    .process(exchange -> write(lines, exchange))
                    .to(storage)
                    .end()
                    .process(CamelArchive::commitLasts);
        } else {
            from(kafka)
                    .process(exchange -> exchange.getMessage()
                            .setHeader(GoogleCloudStorageConstants.OBJECT_NAME, name(exchange.getMessage())))
                    .to(storage)
                    .process(CamelArchive::commitIfLast);
        }
    }

    private static String name(Message message) {
        return message.getHeader(KafkaConstants.TOPIC) + "/" + message.getHeader(KafkaConstants.PARTITION) + "-"
                + message.getHeader(KafkaConstants.OFFSET);
    }

    /** A batch of several partitions would otherwise have a name that says nothing of most of them. */
    private static void byPartition(Exchange exchange) {
        Map<Object, List<Message>> partitions = new LinkedHashMap<>();
        for (Object each : exchange.getMessage().getBody(List.class)) {
            Message message = ((Exchange) each).getMessage();
            partitions
                    .computeIfAbsent(message.getHeader(KafkaConstants.PARTITION), key -> new ArrayList<>())
                    .add(message);
        }
        exchange.setProperty("partitions", partitions.values());
        exchange.getMessage().setBody(List.copyOf(partitions.values()));
    }

    private static void write(Lines lines, Exchange exchange) throws IOException {
        List<Message> records = new ArrayList<>();
        for (Object each : exchange.getMessage().getBody(List.class)) {
            records.add((Message) each);
        }
        exchange.getMessage().setHeader(GoogleCloudStorageConstants.OBJECT_NAME, name(records.get(0)));
        exchange.getMessage().setBody(lines.of(records));
    }

    private static void commitLasts(Exchange exchange) {
        for (Object partition : exchange.getProperty("partitions", Iterable.class)) {
            List<?> records = (List<?>) partition;
            commit((Message) records.get(records.size() - 1));
        }
    }

    private static void commitIfLast(Exchange exchange) {
        Message message = exchange.getMessage();
        if (Boolean.TRUE.equals(message.getHeader(KafkaConstants.LAST_RECORD_BEFORE_COMMIT, Boolean.class))) {
            commit(message);
        }
    }

    private static void commit(Message message) {
        message.getHeader(KafkaConstants.MANUAL_COMMIT, KafkaManualCommit.class).commit();
    }
}
