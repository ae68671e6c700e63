package dev.persistor.core.format.foreign;

import static dev.persistor.core.format.foreign.ForeignArchive.read;
import static dev.persistor.core.format.foreign.ForeignArchive.takes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.format.foreign.ForeignArchive.Reading;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PersistorAzureLayoutTest {

    private static final String LAYOUT = "persistor-azure";
    private static final String UUID = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d";
    private static final String NAME = "ORDERS/2020/3/1/" + UUID + ".txt";

    private static Reading content(String content) {
        return read(LAYOUT, NAME, content);
    }

    @Nested
    class Names {

        @ParameterizedTest
        @CsvSource({
            "ORDERS/2020/3/1/" + UUID + ".txt, ORDERS, 2020-03-01T00:00:00Z",
            "ORDERS/2020/12/31/9-5.txt, ORDERS, 2020-12-31T09:05:00Z",
            "ORDERS/2020/3/1/23-59.txt, ORDERS, 2020-03-01T23:59:00Z",
            "orders/2020/03/01/" + UUID + ".txt, orders, 2020-03-01T00:00:00Z",
            "copies/of/ORDERS/2020/3/1/0-0.txt, copies/of/ORDERS, 2020-03-01T00:00:00Z"
        })
        void paddedOrNotTellSourceAndTime(String name, String source, Instant time) {
            assertThat(read(LAYOUT, name, "{\"DATA\": \"a\"}").messages())
                    .containsExactly(Message.builder()
                            .id(name + "#0")
                            .source(source)
                            .publishTime(time)
                            .payload(new byte[] {'a'})
                            .build());
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "ORDERS/2020/13/1/9-5.txt",
                    "ORDERS/2020/2/30/9-5.txt",
                    "ORDERS/2020/3/1/24-0.txt",
                    "ORDERS/2020/3/1/9-60.txt",
                    "ORDERS/2020/3/1/notes.txt",
                    "ORDERS/2020/3/1/" + UUID + ".json",
                    "2020/3/1/9-5.txt"
                })
        void thatAreOthersAreLeftAlone(String name) {
            assertThat(takes(LAYOUT, name)).isFalse();
        }
    }

    @Nested
    class Records {

        @Test
        void areReadWhateverIsBetweenThem() {
            assertThat(content("{\"DATA\": \"a\"}\n{\"DATA\": \"b\"}\r\n\n {\"DATA\": \"c\"}\n")
                            .payloads())
                    .containsExactly("a", "b", "c");
            assertThat(content("")).isEqualTo(new Reading(List.of(), null));
        }

        /** One append wrote the first two, another the last two, and neither a line feed between. */
        @Test
        void thatShareALineAreTwo() {
            Reading reading = content(
                    "{\"DATA\": \"a\"}\n{\"DATA\": \"b\"}{\"DATA\": {\"c\": 1}}\n{\"DATA\": \"{\\\"d\\\": 2}\"}");
            assertThat(reading.failure()).isNull();
            assertThat(reading.payloads()).containsExactly("a", "b", "{\"c\": 1}", "{\"d\": 2}");
            assertThat(reading.messages())
                    .extracting(Message::id)
                    .containsExactly(NAME + "#0", NAME + "#1", NAME + "#2", NAME + "#3");
        }

        @Test
        void giveTextsTheirBytes() {
            assertThat(content("{\"DATA\": \"Z\\u00fcrich \\ud83d\\ude00\\n\\u0000\"}")
                            .payloads())
                    .containsExactly("Z\u00fcrich \ud83d\ude00\n\u0000");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"a\" :  1.50, \"a\": [1,  {\"\\u00e4\": \"}\"}]}",
                    "[ ]",
                    "{}",
                    "12.50",
                    "-0",
                    "true",
                    "null",
                    "NaN",
                    "-Infinity",
                    "[1e400, NaN]"
                })
        void giveJsonAsItStands(String json) {
            assertThat(content("{\"DATA\":  " + json + " }{\"DATA\":" + json + ", \"METADATA\": {}}")
                            .payloads())
                    .containsExactly(json, json);
        }

        @Test
        void giveJsonAsItStandsWhereverTheParsersBufferEnds() {
            List<String> payloads = IntStream.range(0, 600)
                    .mapToObj(i -> "{\"n\": [" + i + ", \"" + "\\u00e9x".repeat(i * 37 % 4_001) + "\"],  \"\\\"\": {}}")
                    .toList();
            String content = String.join(
                    "",
                    payloads.stream()
                            .map(payload -> "{\"DATA\": " + payload + ", \"METADATA\": {\"k\": \"v\"}}")
                            .toList());
            assertThat(content(content).payloads()).isEqualTo(payloads);
        }

        @Test
        void keepTheTypesOfTheirMetadata() {
            Reading reading = content("{\"METADATA\": {\"text\": \"5\", \"number\": 5, \"large\": 9223372036854775808,"
                    + " \"double\": 1.5, \"yes\": true, \"none\": null, \"more\": {\"a\":  [1]}}, \"DATA\": \"\"}");
            assertThat(reading.messages())
                    .extracting(Message::attributes)
                    .containsExactly(Attributes.builder()
                            .add("text", "5")
                            .add("number", AttributeValue.of(5L))
                            .add("large", AttributeValue.of(new BigDecimal("9223372036854775808")))
                            .add("double", AttributeValue.of(1.5))
                            .add("yes", AttributeValue.of(true))
                            .add("none", AttributeValue.ofNull())
                            .add("more", AttributeValue.ofJson("{\"a\":  [1]}"))
                            .build());
        }

        @Test
        void mayBeNestedDeeperThanStrangersMay() {
            String deep = "[".repeat(5_000) + "]".repeat(5_000);
            assertThat(content("{\"DATA\": " + deep + "}").payloads()).containsExactly(deep);
        }
    }

    @Nested
    class Damage {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"DATA\": \"b\", \"MORE\": 1}",
                    "{\"METADATA\": {}}",
                    "{\"DATA\": tru}",
                    "{\"DATA\": \"torn\n",
                    "rubbish\n",
                    "{\"DATA\": \"b\", \"METADATA\": {\"n\": 1e99999999999}, \"X\": []}"
                })
        void aRecordThatIsNoneCostsOnlyItself(String broken) {
            Reading reading = read(LAYOUT, NAME, "{\"DATA\": \"a\"}" + broken + "{\"DATA\": \"c\"}");
            assertThat(reading.messages())
                    .extracting(message -> message.id())
                    .containsExactly(NAME + "#0", NAME + "#2");
            assertThat(reading.failure())
                    .hasMessageContaining("is damaged. Whole messages: 2. Damage: record 2, at byte 13");
        }

        private static final String WHOLE = "{\"DATA\": \"a\"}\n{\"DATA\": {\"b\": 1}}";

        private static Stream<Integer> ends() {
            return IntStream.range(0, WHOLE.length()).boxed();
        }

        @ParameterizedTest
        @MethodSource("ends")
        void aTornBlobGivesItsWholeRecordsAndSaysWhereItEnds(int end) {
            byte[] content = WHOLE.substring(0, end).getBytes(StandardCharsets.UTF_8);
            Reading reading = read(LAYOUT, NAME, content, WHOLE.length());
            assertThat(reading.payloads()).isEqualTo(end < 13 ? List.of() : List.of("a"));
            assertThat(reading.failure())
                    .hasMessageContaining(NAME + " is damaged. Whole messages: "
                            + reading.messages().size())
                    .hasMessageContaining(end + " bytes");
        }

        @Test
        void aBlobThatWasTornWhenItWasStoredSaysWhereItEnds() {
            Reading reading = content("{\"DATA\": \"a\"}\n{\"DATA\": \"secret");
            assertThat(reading.payloads()).containsExactly("a");
            assertThat(reading.failure())
                    .hasMessage(
                            NAME + " is damaged. Whole messages: 1. Damage: record 2, at byte 14: not a complete JSON"
                                    + " record")
                    .hasNoCause();
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "[1] | not a UTF-8 record",
                    "{\"METADATA\": {}} | the record has no DATA",
                    "{\"DATA\": \"secret\", \"ID\": 1} | the record has an unknown field",
                    "{\"DATA\": \"\\ud83d\"} | the record's DATA has a lone surrogate",
                    "{\"DATA\": \"a\", \"METADATA\": [\"secret\"]} | the record's METADATA is not an object",
                    "{\"DATA\": secret} | not a complete JSON record"
                })
        void whatIsNoRecordIsDamageAndIsNotQuoted(String content, String what) {
            Reading reading = content("{\"DATA\": \"a\"}" + content);
            assertThat(reading.payloads()).containsExactly("a");
            assertThat(reading.failure())
                    .hasMessage(NAME + " is damaged. Whole messages: 1. Damage: record 2, at byte 13: " + what);
        }
    }
}
