package dev.persistor.core.naming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.store.BlobLimits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Names that another version of Persistor must make too: a redelivered message finds its blob only under the same name. The
 * digests were computed by another program, from the documented rule.
 */
class PinnedNamesTest {

    private static final BlobLimits CLOUD = new BlobLimits(1024, 1024, 8192);

    private static Message.Builder message(String id) {
        return Message.builder().id(id).source("orders").publishTime(Instant.parse("2026-01-31T23:59:58.123456789Z"));
    }

    private static Message at(String log, long offset) {
        return message("id-" + offset).position(new Position(log, "3", offset)).build();
    }

    private static String name(String template, Message... messages) {
        return PathTemplate.parse(template)
                .nameOf(List.of(messages), ".bin", CLOUD)
                .value();
    }

    @Nested
    class Hash {

        @Test
        void ofOneMessage() {
            assertThat(name("{hash}", message("id-1").build())).isEqualTo("b75945753e899ac858cb115c65fb7a25");
        }

        @Test
        void ofOneMessageOfAKnownLog() {
            assertThat(name("{hash}", at("log-a", 1))).isEqualTo("6f20640fa71bcb0649cdbeba5cb4856c");
        }

        @Test
        void ofSeveralMessagesInAnyOrder() {
            Message one = message("id-1").build();
            Message two = message("id-2").build();
            assertThat(List.of(name("{hash}", one, two), name("{hash}", two, one)))
                    .containsOnly("7e7b7923fa61f60afe5b68ad82482d69");
        }
    }

    @Nested
    class Batch {

        @Test
        void ofOffsetsThatFollowOneAnother() {
            assertThat(name("{batch}", at("", 1), at("", 2))).isEqualTo("3-00000000000000000001-00000000000000000002");
            assertThat(name("{batch}", at("log-a", 1), at("log-a", 2)))
                    .isEqualTo("3-0b8b9c70-00000000000000000001-00000000000000000002");
        }

        @Test
        void ofIdsInAnyOrder() {
            Message one = message("id-1").build();
            Message two = message("id-2").build();
            assertThat(List.of(name("{batch}", one, two), name("{batch}", two, one)))
                    .containsOnly("20260131T235958123Z-bc967834fb14826847d3fb5721901e6a");
        }

        @Test
        void ofIdsThatAreTheSameWhenTheyAreJoined() {
            assertThat(name("{batch}", message("1").build(), message("23").build()))
                    .isEqualTo("20260131T235958123Z-b195508a746e34457910108a31f086ff");
            assertThat(name("{batch}", message("12").build(), message("3").build()))
                    .isEqualTo("20260131T235958123Z-de15ad81977c0d1120f8a221f1691f3b");
        }

        @Test
        void isOfTheEarliestPublishTimeWhateverTheOrder() {
            Message early = message("id-2")
                    .publishTime(Instant.parse("2026-01-31T22:00:00Z"))
                    .build();
            Message late = message("id-1").build();
            assertThat(List.of(name("{batch}", early, late), name("{batch}", late, early)))
                    .containsOnly("20260131T220000000Z-bc967834fb14826847d3fb5721901e6a");
        }

        @Test
        void ofMessagesOfWhichOneHasNoOffsetIsOfTheirIds() {
            assertThat(name("{batch}", at("", 1), message("id-2").build()))
                    .isEqualTo("20260131T235958123Z-bc967834fb14826847d3fb5721901e6a");
        }

        @Test
        void ofMessagesOfTwoLogsIsOfTheirIds() {
            assertThat(name("{batch}", at("log-a", 1), at("log-b", 2)))
                    .isEqualTo("20260131T235958123Z-bc967834fb14826847d3fb5721901e6a");
        }
    }

    @Nested
    class LongValues {

        @ParameterizedTest
        @CsvSource({
            // 60 characters: 27 of the value, and ~ with 32 digits.
            "x, 100, 60, xxxxxxxxxxxxxxxxxxxxxxxxxxx~61f03096f1f8b029a7dffed66a26f48f",
            // Cut before a character that would not be whole.
            "é, 50, 60, %C3%A9%C3%A9%C3%A9%C3%A9%C3~03ab28a4b48bf8f899af167ee5f10b60",
            "é, 50, 61, %C3%A9%C3%A9%C3%A9%C3%A9%C3~03ab28a4b48bf8f899af167ee5f10b60",
            "é, 50, 62, %C3%A9%C3%A9%C3%A9%C3%A9%C3~03ab28a4b48bf8f899af167ee5f10b60",
            "é, 50, 63, %C3%A9%C3%A9%C3%A9%C3%A9%C3%A9~03ab28a4b48bf8f899af167ee5f10b60",
            // No room for any of the value.
            "é, 50, 34, ~03ab28a4b48bf8f899af167ee5f10b60",
            "é, 50, 35, ~03ab28a4b48bf8f899af167ee5f10b60",
            "é, 50, 36, %C3~03ab28a4b48bf8f899af167ee5f10b60",
            "x, 100, 33, ~61f03096f1f8b029a7dffed66a26f48f",
            "x, 100, 34, x~61f03096f1f8b029a7dffed66a26f48f",
        })
        void endInADigestOfTheWholeValue(String text, int times, int limit, String expected) {
            assertThat(PathValues.encode(text.repeat(times), limit)).isEqualTo(expected);
        }

        @Test
        void thatFitAreNotCut() {
            assertThat(PathValues.encode("x".repeat(60), 60)).isEqualTo("x".repeat(60));
            assertThat(PathValues.encode("x".repeat(61), 60)).hasSize(60).contains("~");
        }
    }

    @Nested
    class Room {

        @ParameterizedTest
        @CsvSource({
            // Bytes of a name, bytes of a segment, template, characters that each value gets.
            "2048, 255, {source}/{id}, 199",
            "2048, 255, {source}/{id}{ext}, 183",
            "2048, 255, aaa{source}bb/cc{id}, 197",
            "2048, 255, {source}/a/bcd{id}, 196",
            "2048, 255, {source}-{orderingKey}/{id}, 127",
            "2048, 255, xx{source}-{orderingKey}yyy/{id}, 124",
            "2048, 255, {source}-{yyyy}/{id}, 190",
            "2048, 255, {source}/{hash}-{id}, 134",
            "300, 255, {source}/{orderingKey}/{id}, 80",
            "400, 255, {yyyy}/{hash}/{source}/{id}, 106",
            "100, 100, {source}/{orderingKey}/{id}, 33",
        })
        void isSharedOutAmongTheValuesWhoseLengthSendersDecide(int name, int segment, String template, int expected) {
            Message message = message("i".repeat(1_000))
                    .source("s".repeat(1_000))
                    .orderingKey("o".repeat(1_000))
                    .build();
            String made = PathTemplate.parse(template)
                    .nameOf(List.of(message), ".bin", new BlobLimits(name, segment, 8192))
                    .value();

            List<String> cut = Pattern.compile("(i+|s+|o+)?~[0-9a-f]{32}")
                    .matcher(made)
                    .results()
                    .map(MatchResult::group)
                    .toList();
            assertThat(cut).isNotEmpty().allMatch(value -> value.length() == expected);
        }

        @Test
        void isNotTakenFromValuesThatAreNeverLong() {
            BlobLimits least = new BlobLimits(100, 100, 8192);
            String made = PathTemplate.parse("{batch}")
                    .nameOf(List.of(message("id-1").build(), message("id-2").build()), "", least)
                    .value();
            assertThat(made).isEqualTo("20260131T235958123Z-bc967834fb14826847d3fb5721901e6a");
        }
    }

    @Nested
    class Times {

        @ParameterizedTest
        @CsvSource({
            "-0001-01-01T00:00:00Z, -0001",
            "0000-01-01T00:00:00Z, 0000",
            "0987-01-01T00:00:00Z, 0987",
            "9999-12-31T23:59:59Z, 9999",
            "+10000-01-01T00:00:00Z, %2B10000",
            "+123456-01-01T00:00:00Z, %2B123456",
        })
        void ofAnyYear(Instant time, String year) {
            assertThat(name("{yyyy}/{id}", message("1").publishTime(time).build()))
                    .isEqualTo(year + "/1");
        }

        @Test
        void ofAZoneAreNotThoseOfUtc() {
            assertThat(name("{time:yyyy-MM-dd@Europe/Zagreb}/{id}", message("1").build()))
                    .isEqualTo("2026-02-01/1");
            assertThat(name("{time:yyyy-MM-dd}/{id}", message("1").build())).isEqualTo("2026-01-31/1");
        }
    }

    @Nested
    class Quarantine {

        private String name(Attributes headers) {
            return QuarantineNaming.nameOf("orders", ByteBuffer.wrap("body".getBytes(StandardCharsets.UTF_8)), headers)
                    .value();
        }

        @Test
        void ofContentAlone() {
            assertThat(name(Attributes.empty())).isEqualTo("_quarantine/orders/230d8358dc8e8890b4c58deeb62912ee.bin");
        }

        @Test
        void ofContentAndHeaders() {
            assertThat(name(Attributes.builder().add("k", "v").build()))
                    .isEqualTo("_quarantine/orders/593f6bac912cccae5de2d704d456f078.bin");
        }

        @Test
        void differsWithEachPartOfAHeader() {
            assertThat(List.of(
                            name(Attributes.builder().add("k", "v").build()),
                            name(Attributes.builder().add("l", "v").build()),
                            name(Attributes.builder().add("k", "w").build()),
                            name(Attributes.builder().add("kv", "").build()),
                            name(Attributes.builder()
                                    .add("k", AttributeValue.of(5))
                                    .build())))
                    .doesNotHaveDuplicates();
        }
    }
}
