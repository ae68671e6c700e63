package dev.persistor.core.naming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.store.BlobLimits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathTemplateTest {

    private static final BlobLimits CLOUD = new BlobLimits(1024, 1024, 8192);
    private static final BlobLimits FILES = new BlobLimits(2048, 255, 8192);

    private static Message.Builder message() {
        return Message.builder()
                .id("id-1")
                .source("orders")
                .publishTime(Instant.parse("2026-01-31T23:59:58.123456789Z"));
    }

    private static String name(String template, Message... messages) {
        return PathTemplate.parse(template)
                .nameOf(List.of(messages), ".bin", CLOUD)
                .value();
    }

    @Nested
    class OneMessage {

        @Test
        void theDefaultFilesBySourceAndHourOfPublication() {
            assertThat(PathTemplate.DEFAULT
                            .nameOf(List.of(message().build()), ".bin", CLOUD)
                            .value())
                    .isEqualTo("orders/2026/01/31/23/id-1.bin");
        }

        @ParameterizedTest
        @CsvSource({
            "dt={time:yyyy-MM-dd}/hour={HH}/{id}, dt=2026-01-31/hour=23/id-1",
            "{time:yyyy/MM/dd}/{id}, 2026/01/31/id-1",
            "{time:yyyy-MM-dd'T'HH@Europe/Zagreb}/{id}, 2026-02-01T00/id-1",
            "{time:HH:mm}/{id}, 23%3A59/id-1",
            "{yyyy}{MM}{dd}T{HH}{mm}{ss}-{id}, 20260131T235958-id-1",
            "{attr:type}/{id}, created%2Fnew/id-1",
            "{attr:absent|unknown}/{id}, unknown/id-1",
            "{attr:absent}/{id}, none/id-1",
            "{orderingKey}/{id}, customer%207/id-1",
            "{partition}/{offset}{ext}, 3/00000000000000000042.bin",
            "{source}/{batch}{ext}, orders/3-00000000000000000042-00000000000000000042.bin",
        })
        void everyFieldHasItsValue(String template, String expected) {
            Message message = message()
                    .attributes(Attributes.builder().add("type", "created/new").build())
                    .orderingKey("customer 7")
                    .position(new Position("3", 42))
                    .build();
            assertThat(name(template, message)).isEqualTo(expected);
        }

        @Test
        void whatABrokerDoesNotHaveIsItsFallback() {
            assertThat(name(
                            "{orderingKey|unordered}/{partition|p}/{offset|o}/{id}",
                            message().build()))
                    .isEqualTo("unordered/p/o/id-1");
        }

        @Test
        void theHashTellsMessagesApartThatDifferInAnyPartOfTheirIdentity() {
            assertThat(List.of(
                            name("{hash}", message().build()),
                            name("{hash}", message().id("id-2").build()),
                            name("{hash}", message().source("other").build()),
                            name("{hash}", message().publishTime(Instant.EPOCH).build()),
                            name("{hash}", ofLog("old").build()),
                            name("{hash}", ofLog("new").build())))
                    .doesNotHaveDuplicates()
                    .allMatch(hash -> hash.matches("[0-9a-f]{32}"));
        }

        @Test
        void theHashOfAMessageWithoutALogIsThatOfItsSourceItsIdAndItsTime() {
            assertThat(name("{hash}", ofLog("").build()))
                    .isEqualTo(name("{hash}", message().build()))
                    .isEqualTo("b75945753e899ac858cb115c65fb7a25");
        }

        private Message.Builder ofLog(String log) {
            return message().position(new Position(log, "3", 42));
        }

        @Test
        void whatChangesFromDeliveryToDeliveryChangesNoName() {
            assertThat(name("{source}/{hash}/{id}", message().deliveryAttempt(1).build()))
                    .isEqualTo(name(
                            "{source}/{hash}/{id}", message().deliveryAttempt(2).build()));
        }
    }

    @Nested
    class Batches {

        private List<Message> contiguous() {
            return LongStream.rangeClosed(7, 9)
                    .mapToObj(offset -> message()
                            .id("m" + offset)
                            .position(new Position("3", offset))
                            .build())
                    .toList();
        }

        @Test
        void offsetsNameABatchThatHasThemAll() {
            assertThat(PathTemplate.DEFAULT
                            .nameOf(contiguous(), ".jsonl", CLOUD)
                            .value())
                    .isEqualTo("orders/2026/01/31/23/3-00000000000000000007-00000000000000000009.jsonl");
        }

        @Test
        void aBatchOfATopicThatWasCreatedAgainHasAnotherName() {
            assertThat(List.of(batchOf(""), batchOf("old"), batchOf("new")))
                    .containsExactly(
                            "3-00000000000000000007-00000000000000000008",
                            "3-d090ca88-00000000000000000007-00000000000000000008",
                            "3-5b2ffa1b-00000000000000000007-00000000000000000008");
        }

        private static String batchOf(String log) {
            return name(
                    "{batch}",
                    message().id("3-7").position(new Position(log, "3", 7)).build(),
                    message().id("3-8").position(new Position(log, "3", 8)).build());
        }

        @Test
        void idsNameABatchWithGapsOrWithoutOffsets() {
            List<Message> gap = List.of(contiguous().get(0), contiguous().get(2));
            assertThat(PathTemplate.DEFAULT.nameOf(gap, "", CLOUD).value())
                    .matches("orders/2026/01/31/23/20260131T235958123Z-[0-9a-f]{32}");
            assertThat(PathTemplate.DEFAULT.nameOf(gap, "", CLOUD))
                    .isNotEqualTo(PathTemplate.DEFAULT.nameOf(contiguous(), "", CLOUD));
        }

        @Test
        void theOrderOfTheMessagesDoesNotMatter() {
            List<Message> messages = new ArrayList<>(IntStream.range(0, 20)
                    .mapToObj(i -> message()
                            .id("m" + i)
                            .publishTime(Instant.ofEpochSecond(1_000_000 + i))
                            .build())
                    .toList());
            String name = PathTemplate.parse("{source}/{batch}")
                    .nameOf(messages, "", CLOUD)
                    .value();
            Collections.shuffle(messages, new Random(1));
            assertThat(PathTemplate.parse("{source}/{batch}")
                            .nameOf(messages, "", CLOUD)
                            .value())
                    .isEqualTo(name);
        }
    }

    @Nested
    class Templates {

        @Test
        void endInAFolderOfTheMessageOrInNone() {
            assertThat(name("{id}/x", message().build())).isEqualTo("id-1/x");
            assertThat(PathTemplate.parse("{id}/x").partitionOf(message().build(), CLOUD))
                    .isEqualTo("id-1");
            assertThat(PathTemplate.parse("{id}/{HH}").partitionOf(message().build(), CLOUD))
                    .isEqualTo("id-1");
            assertThat(PathTemplate.parse("{id}{ext}").partitionOf(message().build(), CLOUD))
                    .isEmpty();
        }

        @Test
        void areEqualWhenTheirTextsAre() {
            PathTemplate template = PathTemplate.parse("{source}/{id}");
            assertThat(template)
                    .isEqualTo(PathTemplate.parse("{source}/{id}"))
                    .hasSameHashCodeAs("{source}/{id}")
                    .hasToString("{source}/{id}")
                    .isNotEqualTo(PathTemplate.parse("{source}/x{id}"))
                    .isNotEqualTo("{source}/{id}");
        }
    }

    @Nested
    class Laws {

        @Test
        void aNameLiesInThePartitionOfItsMessage() {
            for (long seed = 0; seed < 2_000; seed++) {
                Message message = hostile(new Random(seed));
                for (BlobLimits limits : List.of(CLOUD, FILES)) {
                    PathTemplate template = PathTemplate.parse("{source}/k={orderingKey}/{attr:a}/{time:HH}-{id}{ext}");
                    assertThat(template.nameOf(List.of(message), ".bin", limits).folder())
                            .as("seed %d", seed)
                            .isEqualTo(template.partitionOf(message, limits));
                }
            }
        }

        @Test
        void noNameLeavesItsFolderNorExceedsTheStoresLimits() {
            for (long seed = 0; seed < 5_000; seed++) {
                Message message = hostile(new Random(seed));
                for (BlobLimits limits : List.of(CLOUD, FILES)) {
                    String name = PathTemplate.parse("root/{source}/{attr:a}-{orderingKey}/{id}{ext}")
                            .nameOf(List.of(message), ".bin", limits)
                            .value();
                    assertThat(name).as("seed %d", seed).matches("root/[^/]+/[^/]+/[^/]+\\.bin");
                    assertThat(name).as("seed %d", seed).matches("[!-~]+").doesNotContain("\\");
                    assertThat(name.length() + NamingPolicy.RESERVED_SUFFIX_BYTES)
                            .as("seed %d", seed)
                            .isLessThanOrEqualTo(limits.maxNameBytes());
                    for (String segment : name.split("/", -1)) {
                        assertThat(segment.length()).as("seed %d", seed).isLessThanOrEqualTo(limits.maxSegmentBytes());
                        assertThat(segment).as("seed %d", seed).isNotIn(".", "..");
                    }
                }
            }
        }

        @Test
        void partsOfTheTimeAreThoseOfTheJdksFormatter() {
            PathTemplate parts = PathTemplate.parse("a/{yyyy}/{MM}-{dd}/x{HH}b/{mm}{ss}/{id}");
            PathTemplate patterns =
                    PathTemplate.parse("a/{time:uuuu}/{time:MM}-{time:dd}/x{time:HH}b/{time:mmss}/{id}");
            for (long seed = 0; seed < 20_000; seed++) {
                Random random = new Random(seed);
                // Every other time is close to the one before it, as it is with a broker's messages.
                long second = seed % 2 == 0
                        ? random.nextInt(10_000)
                        : (long) (random.nextGaussian() * (random.nextInt(50) == 0 ? 1e15 : 1e11));
                Message message =
                        message().publishTime(Instant.ofEpochSecond(second)).build();
                assertThat(parts.nameOf(List.of(message), "", CLOUD))
                        .as("seed %d", seed)
                        .isEqualTo(patterns.nameOf(List.of(message), "", CLOUD));
                assertThat(parts.partitionOf(message, CLOUD))
                        .as("seed %d", seed)
                        .isEqualTo(patterns.partitionOf(message, CLOUD));
            }
        }

        @Test
        void threadsOfDifferentHoursGetTheirOwnNames() {
            PathTemplate template = PathTemplate.parse("{yyyy}/{MM}/{dd}/{HH}/{id}");
            long wrong = IntStream.range(0, 200_000)
                    .parallel()
                    .filter(i -> !template.nameOf(
                                    List.of(message()
                                            .publishTime(Instant.ofEpochSecond(3_600L * (i % 24)))
                                            .build()),
                                    "",
                                    CLOUD)
                            .value()
                            .equals("1970/01/01/%02d/id-1".formatted(i % 24)))
                    .count();
            assertThat(wrong).isZero();
        }

        private Message hostile(Random random) {
            return message()
                    .id(text(random) + "x")
                    .source(text(random) + "y")
                    .orderingKey(text(random))
                    .attributes(Attributes.builder().add("a", text(random)).build())
                    .build();
        }

        private String text(Random random) {
            String[] pieces = {"..", "/", "\\", "\u0000", "é", "😀", "\uDC00", "a", "_", ".", "~", "%2F", " ", "CON"};
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(random.nextInt(5) == 0 ? 2_000 : 8);
            for (int i = 0; i < length; i++) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            return text.toString();
        }
    }

    @Nested
    class Errors {

        @ParameterizedTest
        @CsvSource(
                delimiter = ';',
                value = {
                    "'' ; 1; empty",
                    "{id; 1; never closed",
                    "a}b/{id}; 2; without {",
                    "{source}/{idd}; 10; unknown field {idd}",
                    "{source}{id}; 9; nothing between them",
                    "{attr}/{id}; 1; write {attr:NAME}",
                    "{attr:}/{id}; 1; write {attr:NAME}",
                    "{attr:a|}/{id}; 1; fallback is empty",
                    "{id|x}; 1; has no fallback",
                    "{|x}/{id}; 1; {} always has a value",
                    "{:x}/{id}; 1; {} has no option after a colon",
                    "{time:@Europe/Zagreb}/{id}; 1; \"\" is not a valid time pattern: it is empty",
                    "a b/{id}; 2; U+0020",
                    "a~/{id}; 2; U+007E",
                    "{id:x}; 1; has no option after a colon",
                    "{time:QQQQQQQQ}/{id}; 1; is not a valid time pattern",
                    "{time:yyyy@Nowhere}/{id}; 1; unknown time zone",
                    "{time:yyyy//MM}/{id}; 1; is not a valid time pattern",
                    "/{id}; 1; without a name",
                    "a//{id}; 2; without a name",
                    "{id}/; 1; without a name",
                    "a/../{id}; 3; the folder \"..\"",
                    "_quarantine/{id}; 1; reserved for Persistor",
                    ".x/{id}; 1; reserved for Persistor",
                    "a\\{id}; 2; U+005C",
                    "é/{id}; 1; U+00E9",
                    "a%2F/{id}; 2; U+0025",
                    "{source}/{yyyy}; 16; the template does not distinguish messages",
                    "{source}/{partition}; 21; both {partition} and {offset}",
                })
        void sayTheColumnAndAHint(String template, int column, String text) {
            assertThatThrownBy(() -> PathTemplate.parse(template))
                    .isInstanceOfSatisfying(
                            PathTemplateException.class,
                            e -> assertThat(e.column()).isEqualTo(column))
                    .hasMessageStartingWith("column " + column + ": ")
                    .hasMessageContaining(text)
                    .hasMessageMatching("(?s).*\\(.*\\)");
        }
    }
}
