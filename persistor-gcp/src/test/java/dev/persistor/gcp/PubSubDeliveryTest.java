package dev.persistor.gcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import com.google.pubsub.v1.PubsubMessage;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.pull.PullBroker;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.PullReport;
import dev.persistor.core.pull.PullRun;
import dev.persistor.core.pull.PullSettings;
import dev.persistor.core.store.BlobInfo;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PubSubDeliveryTest {

    private static final PubSubDelivery DELIVERY = PubSubDelivery.of("projects/p/subscriptions/orders", "orders");

    /** What came is acknowledged, and given back, by these. */
    private static final class Broker implements PullBroker<String> {
        private final List<String> acknowledged = new CopyOnWriteArrayList<>();

        @Override
        public void acknowledge(List<String> deliveries) {
            acknowledged.addAll(deliveries);
        }

        @Override
        public void giveBack(List<String> deliveries) {}

        @Override
        public void extend(List<String> deliveries) {}
    }

    private static PubsubMessage.Builder message() {
        return PubsubMessage.newBuilder()
                .setMessageId("7")
                .setData(ByteString.copyFromUtf8("payload"))
                .putAttributes("a", "1");
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, Long.MIN_VALUE, 31556889864403199L, -31557014167219200L})
    void aTimeOutsideOfTheCalendarGoesToQuarantineAndComesNoMore(long seconds) {
        PubsubMessage poison = message()
                .setPublishTime(Timestamp.newBuilder().setSeconds(seconds))
                .build();
        Broker broker = new Broker();
        try (Capture capture = Capture.open(
                Map.of("PERSISTOR_STORE", "mem:///", "PERSISTOR_QUARANTINE", "true"), PullSettings.all())) {
            PullLimits limits = PullLimits.of(capture.settings());
            PullRun<String> run = PullRun.of(capture, limits, broker)
                    .extendEvery(Duration.ofMinutes(1))
                    .start();
            run.takeAll(List.of(DELIVERY.pulled("ack-1", poison, 1)));
            PullReport report = run.finish();
            assertThat(report.quarantined()).isEqualTo(1);
            assertThat(broker.acknowledged).containsExactly("ack-1");
            BlobInfo blob =
                    capture.store().list("_quarantine/orders/").findFirst().orElseThrow();
            assertThat(blob.metadata().get("persistor-attributes"))
                    .hasValueSatisfying(headers -> assertThat(headers)
                            .contains("[\"x-goog-pubsub-message-id\",\"7\"]")
                            .contains("\"" + seconds + " s and 0 ns since 1970\"")
                            .contains("[\"a\",\"1\"]"));
        }
    }

    @Test
    void aMessageWithoutAnIdGoesToQuarantine() {
        PubsubMessage poison = message().setMessageId("").build();
        try (Capture capture = Capture.open(
                Map.of("PERSISTOR_STORE", "mem:///", "PERSISTOR_QUARANTINE", "true"), PullSettings.all())) {
            PullRun<String> run = PullRun.of(capture, PullLimits.of(capture.settings()), new Broker())
                    .extendEvery(Duration.ofMinutes(1))
                    .start();
            run.takeAll(List.of(DELIVERY.pulled("ack-1", poison, 1)));
            assertThat(run.finish().quarantined()).isEqualTo(1);
        }
    }
}
