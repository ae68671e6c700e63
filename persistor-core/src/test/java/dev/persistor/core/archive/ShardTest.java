package dev.persistor.core.archive;

import static dev.persistor.core.fixtures.TestMessages.aMessage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.persistor.core.batch.Batching;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.jsonl.JsonLinesFormat;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.core.write.Persistor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardTest {

    private static final int COUNT = 4;

    private final BlobStore store = BlobStore.over(new MemoryDriver());

    private static List<Shard> shards() {
        return IntStream.range(0, COUNT)
                .mapToObj(index -> new Shard(index, COUNT))
                .toList();
    }

    private static List<Shard> shardsWith(Message message) {
        return shards().stream().filter(shard -> shard.has(message)).toList();
    }

    private static Message keyed(int number) {
        return aMessage(Integer.toString(number), "payload " + number)
                .orderingKey("key-" + number % 50)
                .build();
    }

    private static Message keyless(int number) {
        return aMessage(Integer.toString(number), "payload " + number).build();
    }

    private static void persist(BlobStore store, Stream<Message> messages) {
        try (Persistor persistor = Persistor.builder(store).build()) {
            persistor.persistAll(messages.toList());
        }
    }

    private static void persistInBatches(BlobStore store, Stream<Message> messages) {
        try (Persistor persistor = Persistor.builder(store)
                .format(new JsonLinesFormat(Compression.NONE))
                .batching(Batching.upTo(25).orAfter(Duration.ofMillis(5)))
                .build()) {
            persistor.persistAll(messages.toList());
        }
    }

    private static MessageFilter of(Shard shard) {
        return MessageFilter.builder().shard(shard).build();
    }

    private static List<String> read(Archive archive, MessageFilter filter) {
        List<String> ids = new ArrayList<>();
        try (ArchiveReader reader = archive.read(filter, ReadOrder.NONE)) {
            reader.forEachRemaining(archived -> ids.add(archived.message().id()));
            assertThat(reader.findings()).isEmpty();
        }
        return ids;
    }

    @Nested
    class AMessage {

        @Test
        void isInOneShard() {
            IntStream.range(0, 200).forEach(number -> {
                assertThat(shardsWith(keyed(number))).hasSize(1);
                assertThat(shardsWith(keyless(number))).hasSize(1);
            });
        }

        @Test
        void isWithAllMessagesOfItsKeyWhateverTheirSources() {
            Message first = aMessage("1").orderingKey("customer").build();
            Message other =
                    aMessage("2").source("invoices").orderingKey("customer").build();
            assertThat(shardsWith(other)).isEqualTo(shardsWith(first));
        }

        @Test
        void isInTheShardOfItsCopyThatDoesNotTellTheLog() {
            IntStream.range(0, 50).forEach(number -> {
                Message message = keyless(number);
                Message copy = message.toBuilder()
                        .position(new Position("log", "0", 7))
                        .build();
                assertThat(shardsWith(copy)).isEqualTo(shardsWith(message));
            });
        }

        @Test
        void isInTheShardOfTheMessageThatAReplayMadeOfIt() {
            IntStream.range(0, 50).forEach(number -> {
                Message message = keyless(number);
                Message replayed = message.toBuilder()
                        .id("new-" + number)
                        .source("recovered")
                        .attributes(Attributes.builder()
                                .add(ReplayAttributes.ORIGINAL_ID, message.id())
                                .add(ReplayAttributes.ORIGINAL_SOURCE, message.source())
                                .build())
                        .build();
                assertThat(shardsWith(replayed)).isEqualTo(shardsWith(message));
            });
        }

        @Test
        void isInTheShardOfItsBinaryKeyAlsoWhereAReplayCarriesTheKey() {
            IntStream.range(0, 50).forEach(number -> {
                AttributeValue key = AttributeValue.of(new byte[] {(byte) number, -1});
                Message message = keyless(number).toBuilder()
                        .brokerProperties(Attributes.builder()
                                .add(BrokerProperties.KEY, key)
                                .build())
                        .build();
                Message replayed = keyless(1_000).toBuilder()
                        .attributes(Attributes.builder()
                                .add(ReplayAttributes.ORIGINAL_ID, message.id())
                                .add(ReplayAttributes.CARRIED_PREFIX + BrokerProperties.KEY, key.text())
                                .build())
                        .build();
                assertThat(shardsWith(replayed)).isEqualTo(shardsWith(message));
            });
        }

        /** Processes of two versions may replay shards of one archive. */
        @Test
        void neverChangesItsShard() {
            assertThat(IntStream.rangeClosed(1, 10).mapToObj(number -> shardOfSeven(keyless(number))))
                    .containsExactly(1, 6, 4, 0, 3, 1, 3, 0, 5, 5);
            assertThat(IntStream.rangeClosed(1, 10)
                            .mapToObj(number -> shardOfSeven(keyless(number).toBuilder()
                                    .orderingKey("customer-" + number)
                                    .build())))
                    .containsExactly(4, 2, 6, 6, 0, 6, 4, 2, 0, 4);
        }

        private static int shardOfSeven(Message message) {
            return IntStream.range(0, 7)
                    .filter(index -> new Shard(index, 7).has(message))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void shardsHaveAboutEqualParts() {
        for (Shard shard : shards()) {
            long part = IntStream.range(0, 4_000)
                    .filter(number -> shard.has(keyless(number)))
                    .count();
            assertThat(part).isBetween(900L, 1_100L);
        }
    }

    @Nested
    class OfAnArchive {

        @Test
        void singleMessagesOfOtherShardsAreNotOpened() {
            persist(store, IntStream.range(0, 100).mapToObj(ShardTest::keyed));
            Set<String> all = new TreeSet<>();
            int opened = 0;
            for (Shard shard : shards()) {
                CountingSource source = new CountingSource(store);
                List<String> ids = read(Archive.on(source).build(), of(shard));
                assertThat(source.openings).hasValue(ids.size());
                assertThat(ids).isNotEmpty();
                all.addAll(ids);
                opened += ids.size();
            }
            assertThat(all).hasSize(100);
            assertThat(opened).isEqualTo(100);
        }

        @Test
        void batchesAreOpenedByEveryShardAndEachMessageIsInOne() {
            persistInBatches(store, IntStream.range(0, 100).mapToObj(ShardTest::keyless));
            List<String> all = shards().stream()
                    .flatMap(shard -> read(Archive.on(store).build(), of(shard)).stream())
                    .toList();
            assertThat(all).hasSize(100).doesNotHaveDuplicates();
        }

        /** The key is in a sidecar, so that the metadata does not tell the shard. */
        @Test
        void aMessageWithASidecarIsOpenedByEveryShardAndReadByOne() {
            Message message = keyless(1).toBuilder()
                    .attributes(Attributes.builder()
                            .add("long", "x".repeat(1_100_000))
                            .build())
                    .build();
            persist(store, Stream.of(message));
            List<String> all = shards().stream()
                    .flatMap(shard -> read(Archive.on(store).build(), of(shard)).stream())
                    .toList();
            assertThat(all).containsExactly("1");
        }
    }

    @Nested
    class WhenVerified {

        private @TempDir Path folder;

        private Message numbered(int number) {
            return aMessage("0-" + number)
                    .source("hub")
                    .position(new Position("0", number))
                    .build();
        }

        private List<Verification> verifyAll(BlobStore archived, List<String> expected) {
            return shards().stream()
                    .map(shard -> Archive.on(archived).build().verify(of(shard), expected))
                    .toList();
        }

        @Test
        void noShardTakesTheMessagesOfOthersForGapsOrForMissing() {
            persist(store, IntStream.range(0, 40).mapToObj(this::numbered));
            persistInBatches(store, IntStream.range(40, 80).mapToObj(this::numbered));
            List<Verification> found = verifyAll(
                    store,
                    IntStream.range(0, 80).mapToObj(number -> "0-" + number).toList());
            assertThat(found).allSatisfy(each -> {
                assertThat(each.gapsSought()).isTrue();
                assertThat(each.gaps()).isEmpty();
                assertThat(each.missing()).isEmpty();
                assertThat(each.isGood()).isTrue();
            });
            assertThat(found.stream().mapToLong(Verification::messages).sum()).isEqualTo(80);
        }

        @Test
        void aMessageThatWasNeverThereIsAGapInEveryShard() {
            persist(store, IntStream.range(0, 40).filter(number -> number != 17).mapToObj(this::numbered));
            assertThat(verifyAll(store, List.of("0-17"))).allSatisfy(each -> {
                assertThat(each.gaps()).containsExactly(new Verification.Gap("hub", "", "0", 17, 17));
                assertThat(each.missing()).containsExactly("0-17");
            });
        }

        @Test
        void onlyItsOwnShardFindsASingleMessageDamaged() throws IOException {
            BlobStore files = BlobStore.over(FileDriver.open(folder));
            persist(files, IntStream.range(0, 40).mapToObj(this::numbered));
            BlobName damaged;
            try (Stream<BlobInfo> blobs = files.list("")) {
                damaged = blobs.findFirst().orElseThrow().name();
            }
            Files.writeString(folder.resolve(damaged.value()), "altered");
            List<Verification> found = verifyAll(files, List.of());
            assertThat(found.stream().filter(each -> !each.findings().isEmpty()))
                    .singleElement()
                    .satisfies(each -> assertThat(each.isGood()).isFalse());
        }
    }

    @Nested
    class Text {

        @Test
        void saysTheShardAndTheNumberOfShardsFromZero() {
            assertThat(Shard.parse("0/4")).isEqualTo(new Shard(0, 4)).hasToString("0/4");
            assertThat(of(new Shard(3, 4))).hasToString("shard=3/4");
        }

        @ParameterizedTest
        @ValueSource(strings = {"4/4", "-1/4", "1", "1/0", "0/10000", "a/b", "1/4 ", ""})
        void ofNoShardIsRefused(String text) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Shard.parse(text))
                    .withMessageContaining("I from 0 to N-1");
        }
    }
}
