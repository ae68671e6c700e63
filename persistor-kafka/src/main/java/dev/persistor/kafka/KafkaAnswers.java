package dev.persistor.kafka;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * Tells whether brokers still answer a consumer. Its client says nothing of brokers that are away, and tries again for ever; but it
 * counts answers, and one that waits for messages has some each second.
 *
 * <p>One thread looks, others may ask.
 */
final class KafkaAnswers {

    /** Several times as long as a fetch waits for messages, and a heartbeat for the next. */
    private static final Duration SILENCE = Duration.ofSeconds(10);

    private final Metric total;
    private double counted;
    private long lastAnswer = System.nanoTime();
    private volatile boolean areMissing;

    /** Counts from now on. */
    KafkaAnswers(Consumer<?, ?> consumer) {
        this.total = consumer.metrics().entrySet().stream()
                .filter(metric -> isTotal(metric.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("Kafka's consumer does not count answers"));
    }

    // https://kafka.apache.org/documentation/#selector_monitoring
    private static boolean isTotal(MetricName name) {
        return name.group().equals("consumer-metrics") && name.name().equals("response-total");
    }

    /** Looks whether there were answers; to be called about each second. */
    void look() {
        double now = (double) total.metricValue();
        if (now > counted) {
            counted = now;
            lastAnswer = System.nanoTime();
        }
        areMissing = System.nanoTime() - lastAnswer >= SILENCE.toNanos();
    }

    /** Tells whether there was none for long. */
    boolean areMissing() {
        return areMissing;
    }
}
