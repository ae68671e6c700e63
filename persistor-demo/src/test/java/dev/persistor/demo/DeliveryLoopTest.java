package dev.persistor.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.memory.MemoryDriver;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DeliveryLoopTest {

    private final List<Message> messages = DemoMessages.of(100, 1);
    private final StringWriter printed = new StringWriter();

    private long deliver(DemoCloud cloud) throws InterruptedException {
        Progress progress = Progress.lines(new PrintWriter(printed), messages.size());
        return new DeliveryLoop(cloud, progress).deliver(messages);
    }

    @Test
    void eachMessageIsDeliveredUntilItIsAcknowledged() throws Exception {
        Counting cloud = new Counting(attempt -> attempt == 3);
        assertThat(deliver(cloud)).isEqualTo(200);
        assertThat(cloud.deliveries)
                .hasSize(100)
                .allSatisfy((id, deliveries) -> assertThat(deliveries).isEqualTo(3));
        assertThat(printed.toString().lines()).hasSize(10).last().isEqualTo("100 of 100 deliveries acknowledged");
    }

    @Test
    void aMessageThatIsNeverAcknowledgedEndsTheDemo() {
        Counting cloud = new Counting(attempt -> false);
        assertThatThrownBy(() -> deliver(cloud))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is not acknowledged after 20 deliveries");
    }

    @Test
    void aFunctionThatFailsEndsTheDemoAtOnce() {
        Counting cloud = new Counting(attempt -> {
            throw new IllegalStateException("the function's host ended");
        });
        assertThatThrownBy(() -> deliver(cloud)).hasMessage("the function's host ended");
        assertThat(cloud.deliveries.size()).isLessThanOrEqualTo(DeliveryLoop.CONNECTIONS);
    }

    @Test
    void aBarEndsFullInOneLine() {
        Progress bar = Progress.bar(new PrintWriter(printed), 3);
        bar.step();
        bar.step();
        bar.step();
        assertThat(printed.toString())
                .startsWith("\r[#")
                .endsWith("\r[" + "#".repeat(40) + "] 3 of 3 deliveries acknowledged" + System.lineSeparator())
                .containsOnlyOnce("\n");
    }

    /** A cloud that counts deliveries and acknowledges those that it is told to. */
    private static final class Counting implements DemoCloud {
        private final Map<String, Integer> deliveries = new ConcurrentHashMap<>();
        private final IntPredicate acknowledged;

        Counting(IntPredicate acknowledged) {
            this.acknowledged = acknowledged;
        }

        @Override
        public boolean deliver(Message message, int attempt) {
            deliveries.merge(message.id(), 1, Integer::sum);
            return acknowledged.test(attempt);
        }

        @Override
        public String description() {
            return "counting";
        }

        @Override
        public Message publish(Message message) {
            return message;
        }

        @Override
        public long faults() {
            return 0;
        }

        @Override
        public BlobStore openArchive() {
            return BlobStore.over(new MemoryDriver());
        }

        @Override
        public void keep() {}

        @Override
        public String whereToLook() {
            return "nowhere";
        }

        @Override
        public void close() {}
    }
}
