package dev.persistor.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.capture.Delivery;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Message;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventGridEventsTest {

    private static String dataOf(Delivery delivery) {
        assertThat(delivery.rejected()).isEmpty();
        return StandardCharsets.UTF_8
                .decode(delivery.messages().get(0).payload())
                .toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "-0",
                "1.0",
                "1.50E+2",
                "12345678901234567890123456789",
                "true",
                "false",
                "null",
                "\"\"",
                "\"text\"",
                "\"\\u00e9 \\\" \\\\ \\/ é 😀\"",
                "[]",
                "{}",
                "[1, [2 ,{\"a\" : null}]]",
                "{ \"a\":1,\"a\":2, \"time\" : \"2026-01-31T02:10:00.100+02:00\" }",
                "{\n\t\"lines\": \"kept\"\r\n}"
            })
    void dataIsTheTextOfItsValueWhereverItStandsInTheEvent(String data) {
        for (String event : new String[] {
            "{\"id\":\"1\",\"source\":\"/s\",\"data\":" + data + "}",
            "{\"data\" :  " + data + " , \"id\":\"1\",\"source\":\"/s\"}",
            "[ {\"id\":\"1\",\"source\":\"/s\",\"data\":" + data + "\n} ]"
        }) {
            assertThat(dataOf(EventGridEvents.read(event, Optional.empty())))
                    .as(event)
                    .isEqualTo(data);
        }
    }

    @Test
    void eachRejectedEventOfAnArrayIsKeptAsItStands() {
        Delivery delivery = EventGridEvents.read("[ {\"id\" : 5 , \"x\":[1]} , 7, \"eight\" ]", Optional.of("mine"));
        assertThat(delivery.messages()).isEmpty();
        assertThat(delivery.rejected())
                .extracting(
                        event -> StandardCharsets.UTF_8.decode(event.content()).toString())
                .containsExactly("{\"id\" : 5 , \"x\":[1]}", "7", "\"eight\"");
        assertThat(delivery.rejected())
                .allSatisfy(event -> assertThat(event.source()).isEqualTo("mine"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/subscriptions/s/topics/orders", "https://host/a/orders", "orders", "/orders//"})
    void withoutASourceOfItsOwnAMessageIsFiledUnderTheShortNameOfItsTopic(String topic) {
        Delivery delivery = EventGridEvents.read("{\"id\":\"1\",\"topic\":\"" + topic + "\"}", Optional.empty());
        assertThat(delivery.messages().get(0).source()).isEqualTo("orders");
    }

    private static final String C = "{\"specversion\":\"1.0\",\"id\":\"c\",\"source\":\"/t\",\"type\":\"a.b\",";

    private static Message message(String json) {
        Delivery delivery = EventGridEvents.read(json, Optional.empty());
        assertThat(delivery.rejected()).isEmpty();
        return delivery.messages().get(0);
    }

    private static String reason(String json) {
        Delivery delivery = EventGridEvents.read(json, Optional.empty());
        assertThat(delivery.messages()).isEmpty();
        return delivery.rejected().get(0).reason();
    }

    @Test
    void aMemberThatIsNullBesideAValueCountsAsLeftOut() {
        assertThat(dataOf(C + "\"data\":{\"x\":1},\"data_base64\":null}")).isEqualTo("{\"x\":1}");
        assertThat(message(C + "\"data\":null,\"data_base64\":\"AQID\"}").payload())
                .isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        assertThat(message(C + "\"data_base64\":\"AQID\",\"data\":null}").payload())
                .isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        assertThat(dataOf(C + "\"data\":null,\"data_base64\":null}")).isEqualTo("null");
        assertThat(dataOf(C + "\"data_base64\":null}")).isEmpty();
        Message own = message("{\"id\":\"1\",\"source\":null,\"topic\":\"/t\",\"time\":null,"
                + "\"eventTime\":\"2026-01-31T02:10:00Z\",\"subject\":null}");
        assertThat(own.publishTime()).isEqualTo(Instant.parse("2026-01-31T02:10:00Z"));
        assertThat(own.attributes().first("subject")).contains(AttributeValue.ofNull());
    }

    private static String dataOf(String json) {
        return dataOf(EventGridEvents.read(json, Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource({
        "2022-05-13t14:52:05z, 2022-05-13T14:52:05Z",
        "2016-12-31T23:59:60Z, 2017-01-01T00:00:00Z",
        "2026-01-31T02:10:00.1234567, 2026-01-31T02:10:00.123456700Z"
    })
    void timesAreReadAsTheirStandardAllows(String time, Instant expected) {
        Message message = message(C + "\"time\":\"" + time + "\"}");
        assertThat(message.publishTime()).isEqualTo(expected);
        assertThat(message.attributes().first("time")).contains(AttributeValue.of(time));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"time\":5",
                "\"time\":\"\"",
                "\"time\":\"2016-12-31T12:00:60Z\"",
                "\"time\":\"-999999999-01-01T00:00:00Z\"",
                "\"time\":\"+292278994-08-17T07:12:55Z\"",
                "\"time\":\"9999-12-31T23:59:59-01:00\"",
                "\"time\":\"2022-05-13T14:52:05Z\",\"time\":\"2022-05-13T14:52:06Z\"",
                "\"source\":\"/other\"",
                "\"id\":\"other\"",
                "\"data\":1,\"data\":null",
                "\"data\":1,\"data_base64\":\"AQID\"",
                "\"data_base64\":5",
                "\"data_base64\":\"A\""
            })
    void whatIsAmbiguousOrOutOfRangeIsMalformedAndItsNeighbourIsNot(String members) {
        Delivery delivery = EventGridEvents.read("[" + C + members + "}, " + C + "\"data\":1}]", Optional.empty());
        assertThat(delivery.rejected()).hasSize(1);
        assertThat(delivery.messages()).hasSize(1);
        assertThat(delivery.rejected().get(0).content()).isEqualTo(StandardCharsets.UTF_8.encode(C + members + "}"));
    }

    @Test
    void unpairedSurrogatesStayAsTheyAreEscaped() {
        String data = "\"\\ud800 \\udc00\\ud800 \\ufffd\"";
        Message message = message(C + "\"data\":" + data + ",\"subject\":\"\\ud800\"}");
        assertThat(StandardCharsets.UTF_8.decode(message.payload()).toString()).isEqualTo(data);
        assertThat(message.attributes().first("subject")).contains(AttributeValue.of("\ud800"));
    }

    @Test
    void aReplacementCharacterIsKeptUnlessTheHostWroteTheEvent() {
        String event = C + "\"data\":\"caf\uFFFD\"}";
        assertThat(dataOf(event)).isEqualTo("\"caf\uFFFD\"");
        Delivery rewritten = EventGridEvents.readRewritten(event, Optional.empty());
        assertThat(rewritten.messages()).isEmpty();
        assertThat(rewritten.rejected().get(0).reason())
                .startsWith("the event has U+FFFD at character " + (C.length() + 12));
        assertThat(EventGridEvents.readRewritten(C + "\"data\":1}", Optional.empty())
                        .messages())
                .hasSize(1);
    }

    @Test
    void aByteOrderMarkIsNotPartOfTheEvent() {
        assertThat(dataOf("\uFEFF" + C + "\"data\":\"\uFEFF\"}")).isEqualTo("\"\uFEFF\"");
    }

    @Test
    void numbersOfAnySizeAreKept() {
        String digits = "9".repeat(200_000);
        Message message = message(C + "\"data\":[" + digits + ",1e999999999999],\"n\":" + digits
                + ",\"e\":1e999999999999,\"f\":-1e-999999999999,\"g\":1e999}");
        assertThat(StandardCharsets.UTF_8.decode(message.payload()).toString())
                .isEqualTo("[" + digits + ",1e999999999999]");
        assertThat(message.attributes().first("n")).contains(AttributeValue.ofJson(digits));
        assertThat(message.attributes().first("e")).contains(AttributeValue.ofJson("1e999999999999"));
        assertThat(message.attributes().first("f")).contains(AttributeValue.ofJson("-1e-999999999999"));
        assertThat(message.attributes().first("g")).contains(AttributeValue.of(new BigDecimal("1e999")));
    }

    @Test
    void deepNestingIsKeptUpToALimitThatTheReasonNames() {
        String deep = "[".repeat(50_000) + "]".repeat(50_000);
        assertThat(dataOf(C + "\"data\":" + deep + "}")).isEqualTo(deep);
        assertThat(message(C + "\"extra\":" + deep + "}").attributes().first("extra"))
                .contains(AttributeValue.ofJson(deep));
        assertThat(reason(C + "\"data\":" + "[".repeat(200_000) + "]".repeat(200_000) + "}"))
                .contains("100000");
    }

    @Test
    void longTextsAndManyCollidingNamesAreKept() {
        String text = "x".repeat(25_000_000);
        assertThat(message(C + "\"data\":\"" + text + "\"}").payloadSize()).isEqualTo(text.length() + 2);
        StringBuilder json = new StringBuilder(C);
        for (int i = 0; i < 1 << 12; i++) {
            // "Aa" and "BB" have the same hash code, and so do all texts made of them.
            for (int bit = 0; bit < 12; bit++) {
                json.append(bit == 0 ? "\"" : "").append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            json.append("\":1,");
        }
        assertThat(message(json + "\"data\":1}").attributes().size()).isEqualTo((1 << 12) + 4);
    }

    @Test
    void aSourceOfSlashesIsReadInLinearTime() {
        String slashes = "/".repeat(2_000_000);
        assertThat(message("{\"id\":\"1\",\"source\":\"" + slashes + "x" + slashes + "\"}")
                        .source())
                .isEqualTo("x");
        assertThat(message("{\"id\":\"1\",\"source\":\"" + slashes + "\"}").source())
                .isEqualTo("eventgrid");
    }
}
