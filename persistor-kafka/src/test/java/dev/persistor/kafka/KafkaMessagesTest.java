package dev.persistor.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.capture.Capture;
import dev.persistor.core.pull.PullBroker;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.PullReport;
import dev.persistor.core.pull.PullRun;
import dev.persistor.core.pull.PullSettings;
import dev.persistor.core.store.BlobInfo;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class KafkaMessagesTest {

    private static ConsumerRecord<byte[], byte[]> record(long offset, long timestamp) {
        byte[] bytes = "value".getBytes(StandardCharsets.UTF_8);
        return new ConsumerRecord<>(
                "orders",
                3,
                offset,
                timestamp,
                TimestampType.CREATE_TIME,
                0,
                bytes.length,
                null,
                bytes,
                new RecordHeaders().add("h", bytes),
                Optional.empty());
    }

    private static PullReport archive(Capture capture, List<Long> acknowledged, ConsumerRecord<byte[], byte[]> record) {
        PullBroker<Long> broker = new PullBroker<>() {
            @Override
            public void acknowledge(List<Long> deliveries) {
                acknowledged.addAll(deliveries);
            }

            @Override
            public void giveBack(List<Long> deliveries) {}

            @Override
            public void extend(List<Long> deliveries) {}
        };
        PullRun<Long> run =
                PullRun.of(capture, PullLimits.of(capture.settings()), broker).start();
        run.takeAll(
                List.of(new KafkaMessages(Optional.empty()).pulled(record.offset(), record, "", OptionalLong.empty())));
        return run.finish();
    }

    private static Capture capture() {
        return Capture.open(Map.of("PERSISTOR_STORE", "mem:///", "PERSISTOR_QUARANTINE", "true"), PullSettings.all());
    }

    /** Sequence numbers with their top bit set come as negative ones. */
    @Test
    void aRecordThatCannotBeAMessageGoesToQuarantineAndIsPassed() {
        List<Long> acknowledged = new CopyOnWriteArrayList<>();
        try (Capture capture = capture()) {
            assertThat(archive(capture, acknowledged, record(Long.MIN_VALUE, 0)).quarantined())
                    .isEqualTo(1);
            assertThat(acknowledged).containsExactly(Long.MIN_VALUE);
            BlobInfo blob =
                    capture.store().list("_quarantine/orders/").findFirst().orElseThrow();
            assertThat(blob.metadata().get("persistor-reason"))
                    .hasValueSatisfying(reason -> assertThat(reason).contains("offset"));
        }
    }

    @Test
    void aTimeFarFromNowIsArchived() {
        try (Capture capture = capture()) {
            assertThat(archive(capture, new CopyOnWriteArrayList<>(), record(7, Long.MAX_VALUE))
                            .persisted())
                    .isEqualTo(1);
        }
    }
}
