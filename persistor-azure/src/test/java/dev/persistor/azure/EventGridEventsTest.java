package dev.persistor.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.Delivery;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
}
