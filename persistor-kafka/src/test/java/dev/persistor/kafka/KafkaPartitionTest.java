package dev.persistor.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.kafka.KafkaPlace.Reading;
import dev.persistor.kafka.KafkaTopics.Offsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Records that came while a topic was created again are of the topic before unless the new one has the same there. */
class KafkaPartitionTest {

    private final KafkaPartition before = partition("before");
    private final KafkaPartition now = partition("now");
    private final List<Long> theirs = new ArrayList<>();

    private static KafkaPartition partition(String log) {
        return new KafkaPartition(new Reading(new TopicPartition("t", 0), log, 1), 0, new Offsets(0, 10));
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, String value) {
        return new ConsumerRecord<>(
                "t", 0, offset, new byte[] {1}, value.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private boolean decide(long offset, String value) {
        return now.decide(record(offset, value), (reading, record) -> {
            assertThat(reading).isSameAs(before);
            theirs.add(record.offset());
        });
    }

    @Test
    void eachIsDecidedAboutWhenTheNewLogReachesIt() {
        for (long offset = 4; offset < 8; offset++) {
            now.doubt(before, record(offset, "v" + offset));
        }
        assertThat(decide(3, "v3")).isFalse();
        assertThat(decide(4, "other")).isFalse();
        assertThat(theirs).containsExactly(4L);
        assertThat(decide(5, "v5")).isFalse();
        assertThat(now.before()).contains(before);
        assertThat(decide(7, "v7")).as("the new log has no offset 6").isTrue();
        assertThat(theirs).containsExactly(4L, 6L);
        assertThat(now.before()).isEmpty();
        assertThat(decide(8, "v8")).isFalse();
    }

    @Test
    void whatIsOpenInTheEndIsOfTheLogBefore() {
        now.doubt(before, record(4, "v4"));
        now.doubt(before, record(5, "v5"));
        assertThat(now.decideAll((reading, record) -> theirs.add(record.offset())))
                .isTrue();
        assertThat(theirs).containsExactly(4L, 5L);
        assertThat(now.decideAll((reading, record) -> theirs.add(record.offset())))
                .isFalse();
    }

    @Test
    void whatIsBehindIsWhatWasNotPassed() {
        assertThat(now.behind()).isEqualTo(10);
        now.passed(7);
        now.passed(3);
        assertThat(now.behind()).isEqualTo(3);
        now.knows(new Offsets(0, 5));
        assertThat(now.behind()).isZero();
    }
}
