package dev.persistor.core.naming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.PercentEncoding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListedValuesTest {

    private static final BlobLimits CLOUD = new BlobLimits(1024, 1024, 8192);
    private static final BlobLimits FILES = new BlobLimits(2048, 255, 8192);
    private static final BlobLimits LEAST = new BlobLimits(100, 100, 8192);
    private static final String DIGITS = "[0-9a-f]{32}";

    private static Message.Builder message(String id) {
        return Message.builder().id(id).source("orders").publishTime(Instant.parse("2026-01-31T23:59:58Z"));
    }

    private static Message withType(String id, String type) {
        return message(id)
                .orderingKey(type)
                .attributes(Attributes.builder().add("type", type).build())
                .build();
    }

    private static String name(String template, Message... messages) {
        return PathTemplate.parse(template).nameOf(List.of(messages), "", CLOUD).value();
    }

    @Nested
    class OneMessage {

        @ParameterizedTest
        @CsvSource({
            "created, created/1",
            "deleted, deleted/1",
            "renamed, ~other/1",
            "Created, ~other/1",
            "created/new, created%2Fnew/1",
            "'a,b|c}', a%2Cb%7Cc%7D/1",
            "unknown, unknown/1",
            "~other, ~other/1",
            "~, ~other/1",
        })
        void listedValuesHaveFoldersOfTheirOwnAndAllOthersShareOne(String type, String expected) {
            String list = "|unknown|only=created,deleted,created%2Fnew,a%2Cb%7Cc%7D}";
            assertThat(name("{attr:type" + list + "/{id}", withType("1", type))).isEqualTo(expected);
            assertThat(name("{orderingKey" + list + "/{id}", withType("1", type)))
                    .isEqualTo(expected);
        }

        @Test
        void theEmptyValueCannotBeListed() {
            assertThat(name("{attr:type|unknown|only=created}/{id}", withType("1", "")))
                    .isEqualTo("~other/1");
        }

        @ParameterizedTest
        @CsvSource({
            "{attr:type|only=created}/{id}, none/1",
            "{attr:type|unknown|only=created}/{id}, unknown/1",
            "{attr:type|created|only=created}/{id}, created/1",
            "{attr:type|~other|only=created}/{id}, %7Eother/1",
            "{orderingKey|only=created}/{id}, none/1",
        })
        void aMissingValueIsTheFallbackWhetherListedOrNot(String template, String expected) {
            assertThat(name(template, message("1").build())).isEqualTo(expected);
        }
    }

    @Nested
    class Laws {

        private final List<String> listed = hostileValues(new Random(1), 40);
        private final PathTemplate template = PathTemplate.parse(templateText());

        private String templateText() {
            PercentEncoding all = PercentEncoding.keeping("");
            return "{source}/t={attr:type|none|only="
                    + listed.stream().map(all::encode).collect(Collectors.joining(",")) + "}/{batch}{ext}";
        }

        @Test
        void neitherTheOrderOfArrivalNorTheProcessMatters() {
            List<Message> messages = new ArrayList<>(messages(2, 2_000));
            Map<String, String> names = new HashMap<>();
            for (Message message : messages) {
                names.put(
                        message.id(),
                        template.nameOf(List.of(message), ".bin", CLOUD).value());
            }
            Collections.shuffle(messages, new Random(3));
            PathTemplate otherProcess = PathTemplate.parse(templateText());
            for (Message message : messages) {
                assertThat(otherProcess.nameOf(List.of(message), ".bin", CLOUD).value())
                        .isEqualTo(names.get(message.id()));
            }
        }

        @Test
        void hostileSendersMakeNoMoreFoldersThanTheListTheFallbackAndOne() {
            Set<String> folders = messages(4, 20_000).stream()
                    .map(message -> template.partitionOf(message, CLOUD))
                    .collect(Collectors.toSet());
            assertThat(folders).hasSizeLessThanOrEqualTo(listed.size() + 2).contains("orders/t=" + PathValues.OTHER);
        }

        @Test
        void noTwoListedValuesShareAFolderAndNoneHasTheOverflow() {
            for (BlobLimits limits : List.of(CLOUD, FILES, LEAST)) {
                List<String> folders = listed.stream()
                        .map(value -> template.partitionOf(withType("1", value), limits))
                        .toList();
                assertThat(folders).doesNotHaveDuplicates().doesNotContain("orders/t=" + PathValues.OTHER);
            }
        }

        @Test
        void nothingIsEncodedLikeTheOverflow() {
            for (long seed = 0; seed < 20_000; seed++) {
                assertThat(PathValues.encode(hostile(new Random(seed)), 40))
                        .as("seed %d", seed)
                        .isNotEqualTo(PathValues.OTHER);
            }
            assertThat(PathValues.encode(PathValues.OTHER, 40)).isEqualTo("%7Eother");
            assertThat(PathValues.OTHER).doesNotMatch("~").doesNotMatch(".*~" + DIGITS);
        }

        @Test
        void aBatchLiesInTheFolderOfEachOfItsMessages() {
            for (BlobLimits limits : List.of(CLOUD, FILES)) {
                Map<String, List<Message>> folders = messages(5, 2_000).stream()
                        .collect(Collectors.groupingBy(message -> template.partitionOf(message, limits)));
                assertThat(folders.get("orders/t=~other")).hasSizeGreaterThan(1);
                folders.forEach((folder, messages) -> assertThat(
                                template.nameOf(messages, ".bin", limits).folder())
                        .isEqualTo(folder));
            }
        }

        @Test
        void namesKeepTheStoresLimits() {
            for (BlobLimits limits : List.of(CLOUD, FILES)) {
                for (Message message : messages(6, 2_000)) {
                    String name =
                            template.nameOf(List.of(message), ".bin", limits).value();
                    assertThat(name).matches("orders/t=[^/]+/[^/]+\\.bin");
                    assertThat(name.length() + NamingPolicy.RESERVED_SUFFIX_BYTES)
                            .isLessThanOrEqualTo(limits.maxNameBytes());
                    assertThat(name.split("/", -1)).allMatch(segment -> segment.length() <= limits.maxSegmentBytes());
                }
            }
        }

        /** Half of the messages have a listed value, half have whatever a sender makes up, some have none. */
        private List<Message> messages(long seed, int count) {
            Random random = new Random(seed);
            return IntStream.range(0, count)
                    .mapToObj(i -> switch (random.nextInt(10)) {
                        case 0 -> message("m" + i).build();
                        case 1, 2, 3, 4 -> withType("m" + i, hostile(random));
                        default -> withType("m" + i, listed.get(random.nextInt(listed.size())));
                    })
                    .toList();
        }

        private static List<String> hostileValues(Random random, int count) {
            Set<String> values = new LinkedHashSet<>(List.of("~other", "%7Eother", "~", "%7E", ".", "..", "a", "A"));
            while (values.size() < count) {
                values.add(hostile(random) + "x");
            }
            return List.copyOf(values);
        }

        private static String hostile(Random random) {
            String[] pieces = {
                "..", "/", "\\", "\u0000", "é", "😀", "\uDC00", "a", "_", "~", "~other", "%2F", " ", ",", "|"
            };
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(random.nextInt(5) == 0 ? 400 : 8);
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
                    "{attr:a|only=}/{id}; 14; the list of values is empty",
                    "{attr:a|none|only=}/{id}; 19; the list of values is empty",
                    "x/{orderingKey|only=}/{id}; 21; the list of values is empty",
                    "{attr:a|only=a,b,a}/{id}; 18; \"a\" is listed twice",
                    "{attr:a|only=a,%61}/{id}; 16; \"%61\" is listed twice",
                    "{attr:a|only=a,,b}/{id}; 16; an empty value",
                    "{attr:a|only=,a}/{id}; 14; an empty value",
                    "{attr:a|only=a,}/{id}; 16; an empty value",
                    "{attr:a|only=a, b}/{id}; 16; a space before or after the value \"b\"",
                    "{attr:a|only=50%,b}/{id}; 14; \"50%\" is not percent-encoded",
                    "{attr:a|only=%FF}/{id}; 14; \"%FF\" is not percent-encoded",
                    "{attr:a|only=a|none}/{id}; 15; only one list of values can follow the fallback",
                    "{attr:a|none|x}/{id}; 13; only one list of values can follow the fallback",
                    "{attr:a|none|only=a|b}/{id}; 13; only one list of values can follow the fallback",
                    "{attr:a||only=a}/{id}; 1; the fallback is empty",
                    "{source|only=a}/{id}; 1; {source} has no list",
                    "{HH|only=a}/{id}; 1; {HH} has no list",
                    "{partition|p|only=a}/{id}; 1; {partition} has no list",
                })
        void sayTheColumnOfWhatIsWrongAndAHint(String template, int column, String text) {
            assertThatThrownBy(() -> PathTemplate.parse(template))
                    .isInstanceOfSatisfying(
                            PathTemplateException.class,
                            e -> assertThat(e.column()).isEqualTo(column))
                    .hasMessageStartingWith("column " + column + ": ")
                    .hasMessageContaining(text)
                    .hasMessageMatching("(?s).*\\(.*\\)");
        }

        @Test
        void aListHasAThousandValuesAtMost() {
            String thousand = IntStream.range(0, 1_000).mapToObj(i -> "v" + i).collect(Collectors.joining(","));
            assertThat(name("{attr:type|only=" + thousand + "}/{id}", withType("1", "v999")))
                    .isEqualTo("v999/1");
            String text = "{attr:type|only=" + thousand + ",one-more}/{id}";
            assertThatThrownBy(() -> PathTemplate.parse(text))
                    .isInstanceOfSatisfying(
                            PathTemplateException.class,
                            e -> assertThat(e.column()).isEqualTo(text.indexOf("one-more") + 1))
                    .hasMessageContaining("more than 1000 values")
                    .hasMessageContaining("~other");
        }
    }
}
