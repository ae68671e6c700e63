package dev.persistor.core.archive;

import static dev.persistor.core.fixtures.TestMessages.aMessage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.batch.Batching;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.jsonl.JsonLinesFormat;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.message.TimeRange;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.core.write.Persistor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveTest {

    private static final Instant START = Instant.parse("2024-01-01T00:00:00Z");
    private static final TimeRange DAY =
            new TimeRange(Instant.parse("2025-06-30T00:00:00Z"), Instant.parse("2025-07-01T00:00:00Z"));

    private final BlobStore store = BlobStore.over(new MemoryDriver());

    private static Message message(String source, String id, Instant time) {
        return aMessage(id, source + id).source(source).publishTime(time).build();
    }

    private static List<Message> hourly(String source, int hours) {
        return IntStream.range(0, hours)
                .mapToObj(hour -> message(source, Integer.toString(hour), START.plus(Duration.ofHours(hour))))
                .toList();
    }

    private void persist(PathTemplate template, List<Message> messages) {
        try (Persistor persistor = Persistor.builder(store).naming(template).build()) {
            persistor.persistAll(messages);
        }
    }

    private void foreign(String name) {
        store.put(Blob.of(BlobName.of(name), new byte[] {1}, "text/plain", BlobMetadata.empty()));
    }

    private static List<Message> readAll(Archive archive, MessageFilter filter, ReadOrder order) {
        List<Message> messages = new ArrayList<>();
        try (ArchiveReader reader = archive.read(filter, order)) {
            reader.forEachRemaining(archived -> messages.add(archived.message()));
            assertThat(reader.findings()).isEmpty();
        }
        return messages;
    }

    @Test
    void withoutPayloadsAllElseOfABatchIsRead() {
        Attributes typed =
                Attributes.builder().add("tries", AttributeValue.of(2)).build();
        List<Message> messages = List.of(
                message("orders", "1", START),
                message("orders", "2", START).toBuilder()
                        .payload(new byte[] {(byte) 0xFF})
                        .build(),
                message("orders", "3", START).toBuilder().attributes(typed).build(),
                message("orders", "4", START).toBuilder()
                        .attributes(typed)
                        .payload(new byte[] {(byte) 0xFF})
                        .build());
        try (Persistor persistor = Persistor.builder(store)
                .format(new JsonLinesFormat(Compression.NONE))
                .batching(Batching.upTo(50).orAfter(Duration.ofMillis(5)))
                .build()) {
            persistor.persistTogether(messages);
        }
        Archive archive = Archive.on(store).build();

        assertThat(readAll(archive, MessageFilter.ALL, ReadOrder.NONE)).isEqualTo(messages);
        assertThat(readAll(archive.toBuilder().withoutPayloads().build(), MessageFilter.ALL, ReadOrder.NONE))
                .zipSatisfy(
                        messages,
                        (read, sent) -> assertThat(read)
                                .isEqualTo(sent.toBuilder().payload(new byte[0]).build()));
    }

    /** How many blobs are opened for an id, an ordering key or an attribute. */
    @Nested
    class Selecting {

        private final CountingSource counting = new CountingSource(store);

        private List<String> find(String id) {
            MessageFilter filter = MessageFilter.builder().id(id).build();
            return readAll(Archive.on(counting).build(), filter, ReadOrder.NONE).stream()
                    .map(Message::id)
                    .toList();
        }

        private void persistBatches(List<Message> messages) {
            try (Persistor persistor = Persistor.builder(store)
                    .format(new JsonLinesFormat(Compression.NONE))
                    .batching(Batching.upTo(50).orAfter(Duration.ofMillis(5)))
                    .build()) {
                persistor.persistTogether(messages);
            }
        }

        private static Message at(String partition, long offset, String id) {
            return message("orders", id, START.plusSeconds(offset)).toBuilder()
                    .position(new Position("log-1", partition, offset))
                    .build();
        }

        private static List<Message> numbered(String partition, int from, int to) {
            return IntStream.range(from, to)
                    .mapToObj(offset -> at(partition, offset, partition + "-" + offset))
                    .toList();
        }

        @Test
        void ofBlobsOfOneMessageEachOneIsOpened() {
            persist(PathTemplate.DEFAULT, hourly("orders", 500));
            assertThat(find("77")).containsExactly("77");
            assertThat(counting.openings.get()).isEqualTo(1);
            assertThat(find("none")).isEmpty();
            assertThat(counting.openings.get()).isEqualTo(1);
        }

        @Test
        void ofBlobsOfOneMessageEachThoseWithTheOrderingKeyOrAttributeAreOpened() {
            List<Message> messages = hourly("orders", 60);
            List<Message> keyed = IntStream.range(0, messages.size())
                    .mapToObj(number -> messages.get(number).toBuilder()
                            .orderingKey("k" + number % 20)
                            .attributes(Attributes.builder()
                                    .add("kind", "kind-" + number % 30)
                                    .build())
                            .build())
                    .toList();
            persist(PathTemplate.DEFAULT, keyed);
            Archive archive = Archive.on(counting).build();
            assertThat(readAll(
                            archive, MessageFilter.builder().orderingKey("k7").build(), ReadOrder.TIME))
                    .containsExactly(keyed.get(7), keyed.get(27), keyed.get(47));
            assertThat(counting.openings.get()).isEqualTo(3);
            assertThat(readAll(
                            archive,
                            MessageFilter.builder().attribute("kind", "kind-3").build(),
                            ReadOrder.TIME))
                    .containsExactly(keyed.get(3), keyed.get(33));
            assertThat(counting.openings.get()).isEqualTo(5);
        }

        @Test
        void aMessageWhoseMetadataIsInASidecarIsFoundByWhatTheSidecarHas() {
            Message large = message("orders", "large", START).toBuilder()
                    .orderingKey("k7")
                    .attributes(Attributes.builder()
                            .add("kind", "odd")
                            .add("long", "x".repeat(20_000))
                            .build())
                    .build();
            persist(PathTemplate.DEFAULT, List.of(large));
            Archive archive = Archive.on(counting).build();
            assertThat(readAll(
                            archive,
                            MessageFilter.builder().attribute("kind", "odd").build(),
                            ReadOrder.TIME))
                    .containsExactly(large);
            assertThat(readAll(
                            archive, MessageFilter.builder().orderingKey("k7").build(), ReadOrder.TIME))
                    .containsExactly(large);
            assertThat(readAll(
                            archive, MessageFilter.builder().orderingKey("k8").build(), ReadOrder.TIME))
                    .isEmpty();
        }

        @Test
        void theIdThatAMessageHadBeforeAReplayIsFound() {
            persist(PathTemplate.DEFAULT, hourly("orders", 50));
            Message replayed = message("orders", "new", START).toBuilder()
                    .attributes(Attributes.builder()
                            .add(ReplayAttributes.ORIGINAL_ID, "old")
                            .build())
                    .build();
            persist(PathTemplate.DEFAULT, List.of(replayed));
            assertThat(find("old")).containsExactly("new");
            assertThat(counting.openings.get()).isEqualTo(1);
        }

        @Test
        void ofBatchesWhoseIdsAreOffsetsOneIsOpened() {
            persistBatches(numbered("0", 0, 500));
            persistBatches(numbered("1", 0, 500));
            assertThat(find("1-77")).containsExactly("1-77");
            assertThat(counting.openings.get()).isEqualTo(1);
        }

        @Test
        void ofBatchesWhoseIdsAreOffsetsWithoutThePartitionOneIsOpened() {
            persistBatches(IntStream.range(0, 200)
                    .mapToObj(offset -> at("0", offset, Integer.toString(offset)))
                    .toList());
            assertThat(find("120")).containsExactly("120");
            assertThat(counting.openings.get()).isEqualTo(1);
        }

        @Test
        void batchesWithOtherIdsAreAllOpened() {
            List<Message> messages = new ArrayList<>(numbered("0", 0, 200));
            messages.set(70, at("0", 70, "another"));
            persistBatches(messages);
            assertThat(find("another")).containsExactly("another");
            assertThat(counting.openings.get()).isEqualTo(1);
            assertThat(find("0-120")).containsExactly("0-120");
            assertThat(counting.openings.get()).isEqualTo(3);
        }

        @Test
        void batchesWithReplayedMessagesAreOpenedForTheirEarlierIds() {
            List<Message> messages = new ArrayList<>(numbered("0", 0, 200));
            messages.set(
                    70,
                    messages.get(70).toBuilder()
                            .attributes(Attributes.builder()
                                    .add(ReplayAttributes.ORIGINAL_ID, "9-9")
                                    .build())
                            .build());
            persistBatches(messages);
            assertThat(find("9-9")).containsExactly("0-70");
            assertThat(counting.openings.get()).isEqualTo(1);
        }

        @Test
        void batchesWithoutOffsetsAreOpened() {
            persistBatches(hourly("orders", 3));
            assertThat(find("2")).containsExactly("2");
            assertThat(counting.openings.get()).isEqualTo(3);
        }
    }

    @Nested
    class Listing {

        @Test
        void openingADayOutOfThreeYearsListsOnlyThatDay() {
            List<Message> hourly = Stream.of("orders", "orders-eu", "payments")
                    .flatMap(source -> hourly(source, 3 * 365 * 24).stream())
                    .toList();
            persist(PathTemplate.DEFAULT, hourly);
            CountingSource counting = new CountingSource(store);
            MessageFilter filter =
                    MessageFilter.builder().range(DAY).source("orders").build();

            List<String> names = Archive.on(counting)
                    .build()
                    .blobs(filter)
                    .map(blob -> blob.name().value())
                    .toList();

            assertThat(names).hasSize(24).allMatch(name -> name.startsWith("orders/2025/06/30/"));
            assertThat(counting.listings.get()).isLessThanOrEqualTo(6);
            assertThat(counting.listed.get()).isLessThanOrEqualTo(24 + 8);
        }

        @Test
        void blobsThatTheTemplateDidNotNameAreListedToo() {
            persist(
                    PathTemplate.DEFAULT,
                    List.of(
                            message("orders", "before", DAY.from().minusNanos(1)),
                            message("orders", "first", DAY.from()),
                            message("orders", "last", DAY.to().minusNanos(1)),
                            message("orders", "after", DAY.to().plus(Duration.ofHours(1)))));
            List<String> strange = List.of("0", "orders/.x/y", "orders/9z", "orders/a/b", "orders0", "x/y", "\uFFFD/z");
            strange.forEach(ArchiveTest.this::foreign);
            foreign("_quarantine/orders/x.bin");

            assertThat(Archive.on(store)
                            .build()
                            .everything(MessageFilter.builder().range(DAY).build())
                            .map(blob -> blob.name().value()))
                    .contains("orders/2025/06/30/00/first.bin", "orders/2025/06/30/23/last.bin")
                    .containsAll(strange.stream()
                            .filter(name -> !name.equals("orders/9z"))
                            .toList())
                    .doesNotContain("_quarantine/orders/x.bin")
                    .noneMatch(name -> name.contains("before") || name.contains("after"))
                    .isSortedAccordingTo(BlobName.ORDER)
                    .doesNotHaveDuplicates();
        }

        @Test
        void whateverTheTemplateNoBlobOfTheRangeIsMissedAndNoneIsListedTwice() {
            List<String> templates = List.of(
                    "{source}/{yyyy}/{MM}/{dd}/{HH}/{id}{ext}",
                    "archive/{source}/{yyyy}-{MM}-{dd}/{HH}/{mm}/{id}{ext}",
                    "source={source}/dt={time:yyyy-MM-dd}/hour={HH}/{id}{ext}",
                    "{attr:tenant}/{source}/y{yyyy}/m{MM}/{id}{ext}",
                    "{source}-{attr:tenant}/{yyyy}/{MM}/{id}{ext}",
                    "{yyyy}/{MM}/{dd}/{source}/{id}{ext}",
                    "{source}/{time:yyyy/MM/dd/HH@Europe/Zagreb}/{id}{ext}",
                    "{source}/{MM}/{yyyy}/{id}{ext}",
                    "{source}/{yyyy}{MM}{dd}-{id}{ext}",
                    "{source}/{id}{ext}");
            for (long seed = 0; seed < 300; seed++) {
                Random random = new Random(seed);
                PathTemplate template = PathTemplate.parse(templates.get(random.nextInt(templates.size())));
                BlobStore archived = BlobStore.over(new MemoryDriver());
                List<Message> messages = IntStream.range(0, 60)
                        .mapToObj(number -> randomMessage(number, random))
                        .toList();
                try (Persistor persistor =
                        Persistor.builder(archived).naming(template).build()) {
                    persistor.persistAll(messages);
                }
                MessageFilter filter = randomFilter(random);
                List<String> names = Archive.on(archived)
                        .naming(template)
                        .build()
                        .blobs(filter)
                        .map(blob -> blob.name().value())
                        .toList();
                assertThat(readAll(Archive.on(archived).naming(template).build(), filter, ReadOrder.NONE))
                        .as("seed %d, template %s, %s", seed, template, filter)
                        .containsExactlyInAnyOrderElementsOf(
                                messages.stream().filter(filter::accepts).toList());
                assertThat(names)
                        .as("seed %d, template %s, %s", seed, template, filter)
                        .isSortedAccordingTo(BlobName.ORDER)
                        .doesNotHaveDuplicates();
                String prefix =
                        List.of("a", "a/2024", "archive/b/", "source=a/dt=2025").get(random.nextInt(4));
                assertThat(Archive.on(archived)
                                .naming(template)
                                .build()
                                .blobs(under(prefix, filter))
                                .map(blob -> blob.name().value()))
                        .as("seed %d, template %s, %s under %s", seed, template, filter, prefix)
                        .containsExactlyElementsOf(names.stream()
                                .filter(name -> name.startsWith(prefix))
                                .toList());
            }
        }

        private Message randomMessage(int number, Random random) {
            return message(
                            List.of("a", "a-b", "b", "x".repeat(300)).get(random.nextInt(4)),
                            Integer.toString(number),
                            START.plusSeconds(random.nextInt(800 * 24 * 3600)))
                    .toBuilder()
                    .attributes(Attributes.builder()
                            .add("tenant", List.of("t", "u/v", ".").get(random.nextInt(3)))
                            .build())
                    .build();
        }

        private MessageFilter randomFilter(Random random) {
            Instant from = START.plusSeconds(random.nextInt(800 * 24 * 3600));
            MessageFilter.Builder filter = MessageFilter.builder()
                    .range(new TimeRange(
                            random.nextInt(5) == 0 ? Instant.MIN : from,
                            random.nextInt(5) == 0 ? Instant.MAX : from.plusSeconds(1L << random.nextInt(26))));
            if (random.nextInt(3) == 0) {
                filter.source(List.of("a", "b", "x".repeat(300), "absent").get(random.nextInt(4)));
            }
            return filter.build();
        }

        private MessageFilter under(String prefix, MessageFilter filter) {
            MessageFilter.Builder builder =
                    MessageFilter.builder().range(filter.range()).prefix(prefix);
            filter.sources().forEach(builder::source);
            return builder.build();
        }
    }

    @Nested
    class Reading {

        @Test
        void partsOfAListingGiveTogetherWhatTheWholeGives() {
            persist(PathTemplate.DEFAULT, hourly("orders", 10));
            Archive archive = Archive.on(store).build();
            MessageFilter all = MessageFilter.builder().build();
            List<BlobInfo> blobs = archive.blobs(all).toList();

            List<Message> read = new ArrayList<>();
            for (List<BlobInfo> part : List.of(blobs.subList(0, 3), blobs.subList(3, 10))) {
                try (ArchiveReader reader = archive.read(part.stream(), all)) {
                    reader.forEachRemaining(archived -> read.add(archived.message()));
                }
            }

            assertThat(read).isEqualTo(readAll(archive, all, ReadOrder.NONE));
        }

        private List<Message> batches(int count) {
            List<Message> messages = IntStream.range(0, count)
                    .mapToObj(number ->
                            message("orders", Integer.toString(number), START.plusSeconds(number / 7)).toBuilder()
                                    .attributes(Attributes.builder()
                                            .add("kind", number % 2 == 0 ? "even" : "odd")
                                            .add("n", AttributeValue.of(number))
                                            .build())
                                    .brokerProperties(Attributes.builder()
                                            .add("place", "own")
                                            .build())
                                    .orderingKey("k" + number % 5)
                                    .build())
                    .toList();
            List<Message> shuffled = new ArrayList<>(messages);
            Collections.shuffle(shuffled, new Random(1));
            try (Persistor persistor = Persistor.builder(store)
                    .format(new JsonLinesFormat(Compression.GZIP))
                    .batching(Batching.upTo(50).orAfter(Duration.ofMillis(5)))
                    .build()) {
                persistor.persistAll(shuffled);
            }
            return messages;
        }

        @Test
        void everyMessageComesBackInTheOrderOfTimeWithAndWithoutTemporaryFiles() {
            List<Message> messages = batches(3_000);
            assertThat(readAll(Archive.on(store).build(), MessageFilter.ALL, ReadOrder.TIME))
                    .isEqualTo(messages);
            assertThat(readAll(
                            Archive.on(store)
                                    .sortingMemory(100_000)
                                    .concurrency(3)
                                    .build(),
                            MessageFilter.ALL,
                            ReadOrder.TIME))
                    .isEqualTo(messages);
        }

        @Test
        void aReaderThatIsClosedOrKilledBeforeItsEndLeavesNoTemporaryFile() throws IOException {
            batches(3_000);
            long before = temporaryFiles();
            long openBefore = openTemporaryFiles();
            Archive archive = Archive.on(store).sortingMemory(100_000).build();
            try (ArchiveReader reader = archive.read(MessageFilter.ALL, ReadOrder.TIME)) {
                reader.next();
                if (Files.isDirectory(OPEN_FILES)) {
                    assertThat(openTemporaryFiles()).isGreaterThan(openBefore);
                    assertThat(temporaryFiles()).as("files with names").isEqualTo(before);
                }
            }
            assertThat(temporaryFiles()).isEqualTo(before);
            assertThat(openTemporaryFiles()).isEqualTo(openBefore);
        }

        /** On Linux, the files that a process has open, also those without names. */
        private static final Path OPEN_FILES = Path.of("/proc/self/fd");

        private static long openTemporaryFiles() throws IOException {
            if (!Files.isDirectory(OPEN_FILES)) {
                return 0;
            }
            try (Stream<Path> files = Files.list(OPEN_FILES)) {
                return files.filter(file -> isTemporary(file)).count();
            }
        }

        private static boolean isTemporary(Path open) {
            try {
                return Files.readSymbolicLink(open).toString().contains("persistor-sort-");
            } catch (IOException e) {
                // Closed meanwhile.
                return false;
            }
        }

        private static long temporaryFiles() throws IOException {
            try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
                return files.filter(file -> file.getFileName().toString().startsWith("persistor-sort-"))
                        .count();
            }
        }

        @Test
        void aMessageIsGivenAsSoonAsNothingBeforeItCanCome() {
            List<Message> messages = hourly("orders", 50);
            persist(PathTemplate.DEFAULT, messages);
            CountingSource counting = new CountingSource(store);
            try (ArchiveReader reader =
                    Archive.on(counting).concurrency(2).build().read(MessageFilter.ALL, ReadOrder.TIME)) {
                assertThat(reader.next().message()).isEqualTo(messages.get(0));
                assertThat(counting.openings.get()).isLessThan(10);
                List<Message> rest = new ArrayList<>();
                reader.forEachRemaining(archived -> rest.add(archived.message()));
                assertThat(rest).isEqualTo(messages.subList(1, 50));
            }
        }

        /** Batches whose times overlap by chance, of two sources, some of them without a manifest. */
        @ParameterizedTest
        @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
        void whateverOverlapsComesBackInTheOrderOfTime(long seed) {
            Random random = new Random(seed);
            int spread = 1 + random.nextInt(60);
            JsonLinesFormat format = new JsonLinesFormat(Compression.NONE);
            for (int batch = 0; batch < 40; batch++) {
                List<Message> messages = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    messages.add(message(
                            random.nextBoolean() ? "orders" : "payments",
                            Integer.toString(20 * batch + i),
                            START.plusSeconds(10 * batch + random.nextInt(spread))));
                }
                BlobName name = BlobName.of(String.format("%08x.jsonl", random.nextInt()));
                for (Blob blob : format.encode(name, messages, store.limits())) {
                    store.put(random.nextInt(10) > 0 ? blob : blob.withMetadata(BlobMetadata.empty()));
                }
            }
            for (long memory : new long[] {1 << 20, 100_000, 5_000}) {
                List<ArchivedMessage> read = new ArrayList<>();
                try (ArchiveReader reader = Archive.on(store)
                        .anyNames()
                        .sortingMemory(memory)
                        .build()
                        .read(MessageFilter.ALL, ReadOrder.TIME)) {
                    reader.forEachRemaining(read::add);
                    assertThat(reader.findings()).isEmpty();
                }
                assertThat(read).hasSize(800).isSortedAccordingTo(ReadOrder.BY_TIME);
                assertThat(read).doesNotHaveDuplicates();
            }
        }

        @Test
        void ofMoreBlobsThanAreHeldNothingIsKnownAndNoneIsLeftOut() {
            List<Message> messages = hourly("orders", 6);
            persist(PathTemplate.DEFAULT, messages);
            List<BlobInfo> listed = store.list("").toList();
            for (int most : new int[] {1, 5, 6, 7}) {
                List<Boolean> closed = new ArrayList<>();
                BlobsByTime byTime = BlobsByTime.of(listed.stream().onClose(() -> closed.add(true)), most);
                List<BlobInfo> blobs;
                try (Stream<BlobInfo> stream = byTime.blobs()) {
                    blobs = stream.toList();
                }
                assertThat(blobs).isEqualTo(listed);
                assertThat(closed).containsExactly(true);
                assertThat(byTime.earliestFrom(listed.get(3).name()))
                        .isEqualTo(most < 6 ? Instant.MIN : messages.get(3).publishTime());
            }
        }

        @Test
        void aMessageIsWhereItsPlaceSays() {
            batches(200);
            Archive archive = Archive.on(store).build();
            List<ArchivedMessage> sorted = new ArrayList<>();
            try (ArchiveReader reader =
                    Archive.on(store).sortingMemory(1).build().read(MessageFilter.ALL, ReadOrder.TIME)) {
                reader.forEachRemaining(sorted::add);
            }
            Set<ArchivedMessage> read = new HashSet<>();
            try (ArchiveReader reader = archive.read(MessageFilter.ALL, ReadOrder.NONE)) {
                reader.forEachRemaining(read::add);
            }
            assertThat(sorted).containsExactlyInAnyOrderElementsOf(read).hasSize(200);
            assertThat(sorted).isSortedAccordingTo(ReadOrder.BY_TIME);
        }

        @Test
        void onlyWhatIsAskedForIsRead() {
            List<Message> messages = batches(300);
            MessageFilter filter = MessageFilter.builder()
                    .range(new TimeRange(START.plusSeconds(10), START.plusSeconds(20)))
                    .source("orders")
                    .attribute("kind", "odd")
                    .build();
            assertThat(readAll(Archive.on(store).build(), filter, ReadOrder.TIME))
                    .isEqualTo(messages.subList(70, 140).stream()
                            .filter(message -> Integer.parseInt(message.id()) % 2 == 1)
                            .toList());
            assertThat(readAll(
                            Archive.on(store).build(),
                            MessageFilter.builder().id("7").id("8").build(),
                            ReadOrder.TIME))
                    .isEqualTo(messages.subList(7, 9));
            assertThat(readAll(
                            Archive.on(store).build(),
                            MessageFilter.builder()
                                    .orderingKey("k1")
                                    .orderingKey("k3")
                                    .build(),
                            ReadOrder.TIME))
                    .isEqualTo(messages.stream()
                            .filter(message -> Integer.parseInt(message.id()) % 5 % 2 == 1)
                            .toList());
        }

        @Test
        void idsThatAreNumbersAreInTheOrderOfTheNumbers() {
            persist(
                    PathTemplate.DEFAULT,
                    Stream.of("9", "10", "100", "11")
                            .map(id -> message("orders", id, START))
                            .toList());
            assertThat(readAll(Archive.on(store).build(), MessageFilter.ALL, ReadOrder.TIME))
                    .extracting(Message::id)
                    .containsExactly("9", "10", "11", "100");
        }

        @Test
        void offsetsDecideTheOrderOfMessagesOfATime() {
            List<Message> messages = IntStream.range(0, 12)
                    .mapToObj(offset -> message("hub", "0-" + (20 - offset), START).toBuilder()
                            .position(new Position("0", offset))
                            .build())
                    .toList();
            persist(PathTemplate.DEFAULT, messages);
            assertThat(readAll(Archive.on(store).build(), MessageFilter.ALL, ReadOrder.TIME))
                    .isEqualTo(messages);
        }

        @ParameterizedTest
        @EnumSource(ReadOrder.class)
        void aDamagedBlobGivesWhatIsWholeAndEndsNothing(ReadOrder order) {
            batches(200);
            List<BlobInfo> blobs = store.list("").toList();
            BlobInfo torn = blobs.get(1);
            BlobSource damaged = new CountingSource(store) {
                @Override
                public OpenBlob open(BlobName name) {
                    OpenBlob blob = super.open(name);
                    return name.equals(torn.name()) ? new OpenBlob(blob.info(), tearing(blob.content())) : blob;
                }
            };
            List<Message> read = new ArrayList<>();
            try (ArchiveReader reader = Archive.on(damaged).build().read(MessageFilter.ALL, order)) {
                reader.forEachRemaining(archived -> read.add(archived.message()));
                assertThat(reader.findings()).extracting(Finding::blob).containsExactly(torn.name());
                assertThat(reader.findings().get(0).reason())
                        .contains(torn.name().value());
                assertThat(reader.blobsRead()).isEqualTo(blobs.size());
            }
            assertThat(read.size()).isBetween(200 - 50, 199);
        }

        @ParameterizedTest
        @ValueSource(ints = {50, 100_000})
        void aBlobWithAnAlteredBitGivesNoMessageThatMayBeAltered(int payloadSize) {
            // One that is held in memory, and one that is read twice.
            try (Persistor persistor = Persistor.builder(store)
                    .format(new JsonLinesFormat(Compression.NONE))
                    .batching(Batching.upTo(50).orBytes(12 << 20).orAfter(Duration.ofMillis(5)))
                    .build()) {
                persistor.persistTogether(IntStream.range(0, 100)
                        .mapToObj(number ->
                                message("orders", Integer.toString(number), START.plusSeconds(number)).toBuilder()
                                        .payload("x".repeat(payloadSize).getBytes(StandardCharsets.UTF_8))
                                        .build())
                        .toList());
            }
            List<BlobInfo> blobs = store.list("").toList();
            BlobInfo altered = blobs.get(1);
            BlobSource damaged = new CountingSource(store) {
                @Override
                public OpenBlob open(BlobName name) {
                    OpenBlob blob = super.open(name);
                    return name.equals(altered.name()) ? new OpenBlob(blob.info(), altering(blob.content())) : blob;
                }
            };
            try (ArchiveReader reader = Archive.on(damaged).build().read(MessageFilter.ALL, ReadOrder.NONE)) {
                reader.forEachRemaining(archived -> assertThat(archived.blob()).isNotEqualTo(altered.name()));
                assertThat(reader.findings()).extracting(Finding::blob).containsExactly(altered.name());
                assertThat(reader.findings().get(0).reason()).contains("None of its messages is returned");
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {50, 100_000})
        void aBlobThatWasReplacedSinceItWasListedIsReadAsItIsNow(int payloadSize) {
            List<Message> messages = IntStream.range(0, 50)
                    .mapToObj(
                            number -> message("orders", Integer.toString(number), START.plusSeconds(number)).toBuilder()
                                    .payload("x".repeat(payloadSize).getBytes(StandardCharsets.UTF_8))
                                    .build())
                    .toList();
            try (Persistor persistor = Persistor.builder(store)
                    .format(new JsonLinesFormat(Compression.NONE))
                    .batching(Batching.upTo(50).orBytes(12 << 20).orAfter(Duration.ofMillis(5)))
                    .build()) {
                persistor.persistTogether(messages);
            }
            BlobSource replaced = new CountingSource(store) {
                @Override
                public Stream<BlobInfo> list(String prefix, String startAfter) {
                    return super.list(prefix, startAfter)
                            .map(now -> BlobInfo.of(now.name(), now.size(), now.contentType(), now.metadata(), 0));
                }

                @Override
                public OpenBlob open(BlobInfo known) {
                    return new OpenBlob(known, super.open(known.name()).content());
                }
            };
            assertThat(readAll(Archive.on(replaced).build(), MessageFilter.ALL, ReadOrder.TIME))
                    .isEqualTo(messages);
        }

        private InputStream altering(InputStream whole) {
            try {
                byte[] bytes = whole.readAllBytes();
                // In the first message's payload, which stays text.
                bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf("\"data\"") + 12] ^= 1;
                return new ByteArrayInputStream(bytes);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        private InputStream tearing(InputStream whole) {
            try {
                byte[] bytes = whole.readAllBytes();
                return new ByteArrayInputStream(Arrays.copyOf(bytes, bytes.length / 2));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Test
        void aStoreThatNeverAnswersIsADamageOfEachBlob() {
            batches(100);
            BlobSource dead = new CountingSource(store) {
                @Override
                public OpenBlob open(BlobName name) {
                    throw BlobStoreException.permanent("open " + name + ": no permission");
                }
            };
            try (ArchiveReader reader = Archive.on(dead).build().read(MessageFilter.ALL, ReadOrder.NONE)) {
                assertThat(reader.hasNext()).isFalse();
                assertThat(reader.findings())
                        .hasSize((int) store.list("").count())
                        .allMatch(damage -> damage.reason().contains("no permission"));
            }
        }
    }

    @Test
    void aFilterIsTheTextOfWhatWasAskedForInAnyOrder() {
        assertThat(MessageFilter.ALL).hasToString("all messages");
        MessageFilter filter = MessageFilter.builder()
                .source("orders")
                .source("a")
                .id("2")
                .id("1")
                .orderingKey("k")
                .attribute("type", "x")
                .prefix("orders/")
                .range(DAY)
                .build();
        assertThat(filter)
                .hasToString("from=2025-06-30T00:00:00Z to=2025-07-01T00:00:00Z source=a source=orders id=1 id=2"
                        + " key=k attr:type=x prefix=orders/");
        assertThat(filter.prefix()).isEqualTo("orders/");
        MessageFilter same = MessageFilter.builder()
                .range(DAY)
                .prefix("orders/")
                .attribute("type", "x")
                .orderingKey("k")
                .id("1")
                .id("2")
                .source("a")
                .source("orders")
                .build();
        assertThat(same).isEqualTo(filter).hasSameHashCodeAs(filter);
        assertThat(MessageFilter.builder().id("1").build())
                .isNotEqualTo(MessageFilter.builder().id("2").build());
        assertThat(MessageFilter.builder().prefix("").build()).isEqualTo(MessageFilter.ALL);
    }
}
