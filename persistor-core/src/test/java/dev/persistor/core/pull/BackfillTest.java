package dev.persistor.core.pull;

import static dev.persistor.core.fixtures.TestMessages.aMessage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.archive.OffsetRange;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Settings;
import dev.persistor.core.fixtures.PassingDriver;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.memory.MemoryDriver;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BackfillTest {

    private static final PullLimits LIMITS =
            new PullLimits(1_000, Duration.ofSeconds(20), Duration.ofMillis(300), 100, 1 << 20, Duration.ofSeconds(10));

    private static final LogReader.Partition ORDERS = new LogReader.Partition("orders", "log", "0");

    private final MemoryDriver memory = new MemoryDriver();
    private final BlobStore store = BlobStore.over(memory);
    private final Log log = new Log();

    /** What a broker keeps of partitions, of which it hands out three at a time, and what does not come. */
    private static final class Log implements LogReader {
        private final Map<Partition, NavigableMap<Long, Message>> kept = new HashMap<>();
        private final List<Long> asked = new ArrayList<>();
        private final List<OffsetRange> lost = new ArrayList<>();
        private Optional<Instant> begun = Optional.empty();
        private boolean answers = true;

        NavigableMap<Long, Message> messages(Partition partition) {
            return kept.computeIfAbsent(partition, any -> new TreeMap<>());
        }

        void keep(Partition partition, long first, long last) {
            LongStream.rangeClosed(first, last)
                    .forEach(offset -> messages(partition).put(offset, message(partition, offset)));
        }

        @Override
        public Optional<Instant> begun() {
            return begun;
        }

        @Override
        public Map<Partition, OffsetRange> kept() {
            Map<Partition, OffsetRange> ranges = new HashMap<>();
            kept.forEach((partition, messages) ->
                    ranges.put(partition, new OffsetRange(messages.firstKey(), messages.lastKey())));
            return ranges;
        }

        @Override
        public Read read(Partition partition, long from, long last, Duration wait) {
            if (!answers) {
                throw new PullException("read: no answer", true, null);
            }
            asked.add(from);
            List<Received<Long>> messages = messages(partition).tailMap(from).entrySet().stream()
                    .limit(3)
                    .map(entry -> Received.of(entry.getKey(), entry.getValue()))
                    .toList();
            long next = messages.isEmpty()
                    ? from
                    : messages.get(messages.size() - 1).delivery() + 1;
            List<OffsetRange> gone = List.copyOf(lost);
            lost.clear();
            return new Read(messages, next, gone);
        }

        @Override
        public void close() {}
    }

    private static Message message(LogReader.Partition partition, long offset) {
        return aMessage(partition.name() + "-" + offset)
                .source(partition.source())
                .publishTime(Instant.EPOCH.plusSeconds(offset))
                .position(new Position(partition.log(), partition.name(), offset))
                .payload(new byte[] {(byte) offset})
                .build();
    }

    private static Capture capture(BlobStore store, String... more) {
        Map<String, String> environment =
                new HashMap<>(Map.of("PERSISTOR_STORE", "mem:///", "PERSISTOR_RETRY_DEADLINE", "1ms"));
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return Capture.over(store, Settings.read(environment, PersistorSettings.all()));
    }

    private void archive(LogReader.Partition partition, int... offsets) {
        try (Capture capture = capture(store)) {
            capture.persistor()
                    .persistAll(IntStream.of(offsets)
                            .mapToObj(offset -> message(partition, offset))
                            .toList());
        }
    }

    private Map<LogReader.Partition, Backfill.MissingOffsets> plan() {
        try (Capture capture = capture(store)) {
            return new Backfill(capture, log).plan();
        }
    }

    private Backfill.MissingOffsets lack() {
        return Objects.requireNonNull(plan().get(ORDERS));
    }

    private PullReport fill(PullLimits limits) {
        try (Capture capture = capture(store)) {
            Backfill backfill = new Backfill(capture, log);
            return backfill.fill(backfill.plan(), limits);
        }
    }

    private static OffsetRange range(long first, long last) {
        return new OffsetRange(first, last);
    }

    @Test
    void aPlanNamesWhatIsMissingAndWhatIsLost() {
        LogReader.Partition payments = new LogReader.Partition("payments", "log", "0");
        LogReader.Partition other = new LogReader.Partition("orders", "log", "1");
        archive(ORDERS, 3, 4, 7);
        archive(payments, 2, 5, 7);
        log.keep(ORDERS, 2, 9);
        log.keep(payments, 6, 9);
        log.keep(other, 0, 1);

        Map<LogReader.Partition, Backfill.MissingOffsets> plan = plan();

        assertThat(plan.keySet()).containsExactly(ORDERS, other, payments);
        assertThat(plan.get(ORDERS))
                .isEqualTo(new Backfill.MissingOffsets(
                        range(2, 9), List.of(range(2, 2), range(5, 6), range(8, 9)), List.of()));
        assertThat(plan.get(payments))
                .isEqualTo(new Backfill.MissingOffsets(
                        range(6, 9), List.of(range(6, 6), range(8, 9)), List.of(range(3, 4))));
        assertThat(plan.get(other))
                .isEqualTo(new Backfill.MissingOffsets(range(0, 1), List.of(range(0, 1)), List.of()));
        assertThat(lack().size()).isEqualTo(5);
    }

    @Test
    void nothingIsLostOfALogThatTheBrokerKeepsFromTheFirstArchivedOffsetOn() {
        archive(ORDERS, 2, 3);
        log.keep(ORDERS, 2, 3);
        assertThat(lack()).isEqualTo(new Backfill.MissingOffsets(range(2, 3), List.of(), List.of()));
    }

    @Test
    void offsetsWithoutALogCountAsOfTheLogIfTheirMessagesArePublishedSinceItBegan() {
        archive(new LogReader.Partition("orders", "", "0"), 0, 1, 2, 3);
        log.keep(ORDERS, 0, 3);
        log.begun = Optional.of(Instant.EPOCH.plusSeconds(2));
        assertThat(lack().missing()).containsExactly(range(0, 1));
    }

    @Test
    void whatIsMissingIsArchivedAndNothingElseIsRead() {
        archive(ORDERS, 3, 4, 7);
        log.keep(ORDERS, 2, 9);

        PullReport report = fill(LIMITS);

        assertThat(report.isSuccess()).isTrue();
        assertThat(report.received()).isEqualTo(5);
        assertThat(report.persisted()).isEqualTo(5);
        assertThat(report.alreadyThere()).isZero();
        assertThat(report.lost()).isZero();
        assertThat(report.stopped()).isEqualTo(StopReason.ENDED);
        assertThat(log.asked).containsExactly(2L, 5L, 8L);
        assertThat(lack().missing()).isEmpty();
        assertThat(store.list("")).hasSize(8);
    }

    @Test
    void aLongRangeIsReadToItsEndAnAnswerAtATime() {
        log.keep(ORDERS, 0, 7);
        assertThat(fill(LIMITS).persisted()).isEqualTo(8);
        assertThat(log.asked).containsExactly(0L, 3L, 6L);
    }

    /** The messages of the first partition linger until those of the others are there. */
    @Test
    void partitionsWithTheSameOffsetsAreAllArchived() {
        for (String partition : List.of("0", "1", "2")) {
            log.keep(new LogReader.Partition("orders", "log", partition), 0, 4);
        }
        try (Capture capture = capture(
                store, "PERSISTOR_FORMAT", "jsonl", "PERSISTOR_BATCH_MESSAGES", "10", "PERSISTOR_BATCH_LINGER", "1s")) {
            Backfill backfill = new Backfill(capture, log);
            PullReport report = backfill.fill(backfill.plan(), LIMITS);
            assertThat(report.persisted()).isEqualTo(15);
            assertThat(report.failed()).isZero();
            assertThat(report.time()).isLessThan(LIMITS.grace());
        }
    }

    @Test
    void whatTheBrokerDoesNotKeepAnyMoreIsReportedAsLost() {
        archive(ORDERS, 0, 7);
        log.keep(ORDERS, 5, 8);
        log.lost.add(range(5, 5));

        PullReport report = fill(LIMITS);

        assertThat(report.lost()).as("offsets 1 to 4, and 5 as the broker says").isEqualTo(5);
        assertThat(report.persisted()).isEqualTo(3);
    }

    @Test
    void whatDoesNotComeAfterThreeQuestionsIsPassedOverAndTheRestIsArchived() {
        log.keep(ORDERS, 0, 1);
        log.keep(new LogReader.Partition("payments", "log", "0"), 0, 1);
        Map<LogReader.Partition, Backfill.MissingOffsets> plan = plan();
        try (Capture capture = capture(store)) {
            log.messages(ORDERS).clear();
            PullReport report = new Backfill(capture, log).fill(plan, LIMITS);
            assertThat(report.persisted()).isEqualTo(2);
            assertThat(report.isSuccess()).isTrue();
        }
        assertThat(log.asked).containsExactly(0L, 0L, 0L, 0L);
    }

    @Test
    void aBrokerThatGivesNoAnswerFailsTheRun() {
        log.keep(ORDERS, 0, 1);
        log.answers = false;
        PullReport report = fill(LIMITS);
        assertThat(report.stopped()).isEqualTo(StopReason.FAILURE);
        assertThat(report.isSuccess()).isFalse();
    }

    @Test
    void noMoreIsReadThanTheLimitsAllow() {
        log.keep(ORDERS, 0, 8);
        PullReport report = fill(
                new PullLimits(3, LIMITS.duration(), LIMITS.idle(), 100, LIMITS.outstandingBytes(), LIMITS.grace()));
        assertThat(report.persisted()).isEqualTo(3);
        assertThat(report.stopped()).isEqualTo(StopReason.MESSAGES);
        assertThat(log.asked).containsExactly(0L);
    }

    @Test
    void anErrorOfAWriterIsThrown() {
        log.keep(ORDERS, 0, 1);
        Error error = new NoClassDefFoundError("client/Missing");
        try (Capture capture = capture(BlobStore.over(new PassingDriver(memory, blob -> {
            throw error;
        })))) {
            Backfill backfill = new Backfill(capture, log);
            Map<LogReader.Partition, Backfill.MissingOffsets> plan = backfill.plan();
            assertThatThrownBy(() -> backfill.fill(plan, LIMITS)).isSameAs(error);
        }
    }
}
