package dev.persistor.benchmarks.peers.camel;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    private final boolean inBatches;

    private CamelArchive(boolean inBatches) {
        this.inBatches = inBatches;
    }

    /** Runs until it is killed: {@code each} stores one object a message, {@code batches} many messages an object. */
    public static void main(String[] arguments) throws Exception {
        Main main = new Main();
        main.bind("storage", LocalStorage.client());
        main.configure().addRoutesBuilder(new CamelArchive(arguments[0].equals("batches")));
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
        if (inBatches) {
            from(kafka + "&batching=true&pollTimeoutMs=250")
                    .process(CamelArchive::byPartition)
                    .split(body())
                    .stopOnException()
                    .process(CamelArchive::joinLines)
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
        Map<Object, List<Exchange>> partitions = new LinkedHashMap<>();
        for (Object each : exchange.getMessage().getBody(List.class)) {
            Exchange single = (Exchange) each;
            partitions
                    .computeIfAbsent(single.getMessage().getHeader(KafkaConstants.PARTITION), key -> new ArrayList<>())
                    .add(single);
        }
        exchange.setProperty("partitions", partitions.values());
        exchange.getMessage().setBody(List.copyOf(partitions.values()));
    }

    private static void joinLines(Exchange exchange) {
        List<?> records = exchange.getMessage().getBody(List.class);
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (Object each : records) {
            lines.writeBytes(((Exchange) each).getMessage().getBody(byte[].class));
            lines.write('\n');
        }
        Message first = ((Exchange) records.get(0)).getMessage();
        exchange.getMessage().setHeader(GoogleCloudStorageConstants.OBJECT_NAME, name(first));
        exchange.getMessage().setBody(lines.toByteArray());
    }

    private static void commitLasts(Exchange exchange) {
        for (Object partition : exchange.getProperty("partitions", Iterable.class)) {
            List<?> records = (List<?>) partition;
            commit(((Exchange) records.get(records.size() - 1)).getMessage());
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
