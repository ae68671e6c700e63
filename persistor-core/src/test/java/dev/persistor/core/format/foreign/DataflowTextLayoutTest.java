package dev.persistor.core.format.foreign;

import static dev.persistor.core.format.foreign.ForeignArchive.read;
import static dev.persistor.core.format.foreign.ForeignArchive.takes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.message.Message;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataflowTextLayoutTest {

    private static final String LAYOUT = "dataflow-text";
    private static final String FILE = "output2026-01-31T02:05:00.000Z-2026-01-31T02:10:00.000Z-pane-0-last-00-of-01";

    @Test
    void eachLineIsAMessageOfWhichTheNameTellsTheRest() {
        String name = "exports/orders/2026/01/31/" + FILE;
        assertThat(read(LAYOUT, name, "a\n\nb\n").messages())
                .extracting(Message::id, Message::source, Message::publishTime, Message::payloadSize)
                .containsExactly(tuple(name + "#0", 1), tuple(name + "#1", 0), tuple(name + "#2", 1));
    }

    private static org.assertj.core.groups.Tuple tuple(String id, int size) {
        return org.assertj.core.api.Assertions.tuple(id, "exports/orders", Instant.parse("2026-01-31T02:05:00Z"), size);
    }

    @ParameterizedTest
    @CsvSource({
        "output2026-01-31T02:05:00.000Z-2026-01-31T02:10:00.000Z-pane-0-last-00-of-01.txt, output, 2026-01-31T02:05:00Z",
        "orders/output-2026-01-31T02:05:00.000Z-2026-01-31T02:10:00.000Z-pane-0-final-3-of-5, orders, 2026-01-31T02:05:00Z",
        "2026/01/31/02/00-of-01, pubsub, 2026-01-31T02:00:00Z",
        "orders/batch-000-of-001.jsonl.gz, orders, 1970-01-01T00:00:00Z",
        "orders/x2026-02-30T02:05:00.000Z-2026-01-31T02:10:00.000Z-pane-0-last-00-of-01, orders, 1970-01-01T00:00:00Z"
    })
    void sourceAndTimeAreInTheNameWhereItTellsThem(String name, String source, Instant time) {
        assertThat(read(LAYOUT, name, "a\n").messages()).singleElement().satisfies(message -> {
            assertThat(message.source()).isEqualTo(source);
            assertThat(message.publishTime()).isEqualTo(time);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"README.md", "orders/2026-01-31T02:10:00+00:00_a1b2c3", "orders/one-of-many", FILE + ".avro"})
    void otherNamesAreLeftAlone(String name) {
        assertThat(takes(LAYOUT, name)).isFalse();
    }
}
