package dev.persistor.core.format.foreign;

import static dev.persistor.core.format.foreign.ForeignArchive.read;
import static dev.persistor.core.format.foreign.ForeignArchive.takes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.format.foreign.ForeignArchive.Reading;
import dev.persistor.core.message.Message;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PersistorGcpLayoutTest {

    private static final String LAYOUT = "persistor-gcp";

    @Test
    void theContentIsThePayloadAndTheNameTellsTheRest() {
        byte[] payload = {0, -1, '\n', (byte) 0x80};
        assertThat(read(LAYOUT, "2020/03/01/09/orders-1016.avro", payload, payload.length))
                .isEqualTo(new Reading(
                        List.of(Message.builder()
                                .id("1016")
                                .source("orders")
                                .publishTime(Instant.parse("2020-03-01T09:00:00Z"))
                                .payload(payload)
                                .build()),
                        null));
    }

    @Test
    void anEmptyObjectIsAMessageWithoutAPayload() {
        assertThat(read(LAYOUT, "2020/03/01/09/orders-1016.txt", "").payloads()).containsExactly("");
    }

    @ParameterizedTest
    @CsvSource({
        "2020/03/01/09/orders-eu-1016.json, orders-eu, 1016",
        "2020/03/01/09/orders/eu-1016.tar.gz, orders/eu, 1016",
        "copies/of/2020/03/01/09/orders-1016.txt, orders, 1016"
    })
    void prefixesMayHaveHyphensAndFoldersInThem(String name, String source, String id) {
        assertThat(read(LAYOUT, name, "a").messages()).singleElement().satisfies(message -> {
            assertThat(message.source()).isEqualTo(source);
            assertThat(message.id()).isEqualTo(id);
        });
    }

    @Test
    void aTornObjectGivesNothingAndSaysSo() {
        Reading reading = read(LAYOUT, "2020/03/01/09/orders-1016.txt", new byte[3], 10);
        assertThat(reading.messages()).isEmpty();
        assertThat(reading.failure())
                .hasMessageContaining(
                        "2020/03/01/09/orders-1016.txt is damaged. Whole messages: 0. Damage: the payload")
                .hasMessageContaining("3 bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2020/13/01/09/orders-1016.txt",
                "2020/03/01/24/orders-1016.txt",
                "2020/3/1/9/orders-1016.txt",
                "2020/03/01/orders-1016.txt",
                "2020/03/01/09/orders.txt",
                "2020/03/01/09/orders-1016",
                "orders/2020/03/01/09/1016.bin"
            })
    void otherNamesAreLeftAlone(String name) {
        assertThat(takes(LAYOUT, name)).isFalse();
    }
}
