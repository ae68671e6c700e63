package dev.persistor.kafka;

import dev.persistor.core.replay.BatchingPublisher;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.MessagePublisherProvider;
import dev.persistor.core.replay.TargetAddress;
import dev.persistor.core.replay.Transactions;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.core.store.Digest;
import java.net.URI;
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

    private static final int DIGEST_BYTES = 12;

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
            return BatchingPublisher.to(KafkaTarget.ask(connection, admin, address), RetryBudget.none(), LANES);
        }
    }

    @Override
    public Transactions openTransactions(
            TargetAddress target, String replay, String progress, Map<String, String> environment) {
        KafkaAddress address = KafkaAddress.of(target.sample());
        if (!address.servers().equals(KafkaAddress.of(target.of("other")).servers())) {
            throw new IllegalArgumentException(
                    "a transaction uses one cluster: {source} can be used in the" + " topic only");
        }
        String id = "persistor-replay-" + new Digest().add(replay).hex(DIGEST_BYTES);
        return KafkaTransactions.open(
                KafkaConnection.of(address.servers(), environment), target, id, id + "-" + progress);
    }
}
