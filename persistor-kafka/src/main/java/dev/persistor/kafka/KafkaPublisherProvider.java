package dev.persistor.kafka;

import dev.persistor.core.replay.BatchingPublisher;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.MessagePublisherProvider;
import dev.persistor.core.retry.RetryBudget;
import java.net.URI;
import java.time.Clock;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/**
 * Publishes to {@code kafka://HOST:PORT[,HOST:PORT...]/TOPIC}. Records go to the partition of their key, as Kafka's own clients choose
 * it; with {@code ?partition=original} behind the topic, to the partition that they had.
 *
 * <p>Connections and security are those of {@link KafkaSettings#PROPERTIES}, as for a capture.
 *
 * <p>Thread-safe.
 */
public final class KafkaPublisherProvider implements MessagePublisherProvider {

    /** So many batches are under way at a time, each by a producer of its own. */
    private static final int LANES = 4;

    /** For the service loader. */
    public KafkaPublisherProvider() {}

    @Override
    public String example() {
        return KafkaAddress.EXAMPLE;
    }

    @Override
    public boolean accepts(URI target) {
        return KafkaAddress.SCHEME.equals(target.getScheme());
    }

    /** Asks the brokers for the topic, which must exist. */
    @Override
    public MessagePublisher open(URI target, Map<String, String> environment) {
        KafkaAddress address = KafkaAddress.of(target);
        KafkaConnection connection = KafkaConnection.of(address.servers(), environment);
        try (Admin admin = connection.admin()) {
            KafkaTopic topic = KafkaTopic.ask(admin, address.topic(), address.toString());
            return BatchingPublisher.to(
                    new KafkaTarget(connection, address, topic, Clock.systemUTC()), RetryBudget.none(), LANES);
        }
    }
}
