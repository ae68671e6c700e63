package dev.persistor.core.format.foreign;

import static dev.persistor.core.format.foreign.ForeignArchive.read;
import static dev.persistor.core.format.foreign.ForeignArchive.takes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.format.MessageReader;
import dev.persistor.core.format.ReadContext;
import dev.persistor.core.format.foreign.ForeignArchive.Reading;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.OpenBlob;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PubSubTextLayoutTest {

    private static final String LAYOUT = "pubsub-text";
    private static final String NAME = "exports/orders/2026-01-31T02:10:00+00:00_a1b2c3";

    @Test
    void eachLineIsAMessageOfWhichTheNameTellsTheRest() {
        Message.Builder message =
                Message.builder().source("exports/orders").publishTime(Instant.parse("2026-01-31T02:10:00Z"));
        assertThat(read(LAYOUT, NAME, "a\nb\n"))
                .isEqualTo(new Reading(
                        List.of(
                                message.id(NAME + "#0")
                                        .payload(new byte[] {'a'})
                                        .build(),
                                message.id(NAME + "#1")
                                        .payload(new byte[] {'b'})
                                        .build()),
                        null));
    }

    @Test
    void everyByteOfALineIsThePayloads() {
        byte[] bytes = new byte[257];
        IntStream.range(0, 256).forEach(i -> bytes[i] = (byte) (i == '\n' ? 0 : i));
        bytes[256] = '\n';
        Reading reading = read(LAYOUT, NAME, bytes, bytes.length);
        assertThat(reading.messages()).hasSize(1);
        byte[] payload = new byte[256];
        reading.messages().get(0).payload().get(payload);
        assertThat(payload).isEqualTo(Arrays.copyOf(bytes, 256));
        assertThat(read(LAYOUT, NAME, "a\r\n\n\r\n").payloads()).containsExactly("a\r", "", "\r");
    }

    @Test
    void aLineThatTheStoreVouchesForNeedsNoLineFeed() {
        assertThat(read(LAYOUT, NAME, "a\nb").payloads()).containsExactly("a", "b");
        assertThat(read(LAYOUT, NAME, "")).isEqualTo(new Reading(List.of(), null));
    }

    @Test
    void linesLongerThanABufferAreWhole() {
        List<String> lines = IntStream.range(0, 40)
                .mapToObj(i -> String.valueOf((char) ('a' + i % 26)).repeat(i * 5_003 % 140_000))
                .toList();
        assertThat(read(LAYOUT, NAME, String.join("\n", lines) + "\n").payloads())
                .isEqualTo(lines);
    }

    @Test
    void aTornFileGivesItsWholeLinesAndSaysWhereItEnds() {
        byte[] content = "first\nsecond\nthi".getBytes(StandardCharsets.UTF_8);
        Reading reading = read(LAYOUT, NAME, content, content.length + 9L);
        assertThat(reading.payloads()).containsExactly("first", "second");
        assertThat(reading.failure())
                .hasMessageContaining(NAME + " is damaged. Whole messages: 2. Damage: line 3, at byte 13: ")
                .hasMessageContaining("16 bytes");
    }

    @Test
    void aFileThatIsTornBetweenTwoLinesIsDamagedToo() {
        byte[] content = "first\nsecond\n".getBytes(StandardCharsets.UTF_8);
        Reading reading = read(LAYOUT, NAME, content, content.length + 9L);
        assertThat(reading.payloads()).containsExactly("first", "second");
        assertThat(reading.failure()).hasMessageContaining("Whole messages: 2. Damage: somewhere before its end: ");
    }

    @Test
    void aStoreThatFailsIsNoDamageAndFailsEachTime() {
        InputStream failing = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                throw new IOException("connection reset");
            }
        };
        InputStream content = new SequenceInputStream(
                new ByteArrayInputStream("first\nsec".getBytes(StandardCharsets.UTF_8)), failing);
        BlobInfo info = BlobInfo.withoutChecksum(BlobName.of(NAME), 100, "text/plain", BlobMetadata.empty());
        try (MessageReader reader = new PubSubTextLayout()
                .reader(new OpenBlob(info, content).verifiedContent(), info, ReadContext.DEFAULT)) {
            assertThat(reader.next().id()).isEqualTo(NAME + "#0");
            for (int tries = 0; tries < 2; tries++) {
                assertThatThrownBy(reader::hasNext)
                        .isInstanceOf(BlobStoreException.class)
                        .hasMessageContaining("connection reset")
                        .matches(e -> ((BlobStoreException) e).isRetryable());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-31T02:10:00+00:00_a1b2c3, pubsub, 2026-01-31T02:10:00Z",
        "prod_2026-01-31/02_10_00Z_a1b2c3_archive.txt, prod, 2026-01-31T02:10:00Z",
        "a/b/prod-20260131021000_a1b2c3, a/b/prod, 2026-01-31T02:10:00Z",
        "a/b/prod-26-01-31T02:10:00_a1b2c3, a/b, 1970-01-01T00:00:00Z",
        "x2026-02-30T00:00:00_a1b2c3, pubsub, 1970-01-01T00:00:00Z"
    })
    void sourceAndTimeAreInTheNameWhereItTellsThem(String name, String source, Instant time) {
        assertThat(read(LAYOUT, name, "a\n").messages()).singleElement().satisfies(message -> {
            assertThat(message.source()).isEqualTo(source);
            assertThat(message.publishTime()).isEqualTo(time);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                "_SUCCESS",
                "exports/my_notes.txt",
                "2026-01-31T02:10:00Z_a1b2c3.avro",
                "2026/01/a",
                "report2_final.csv",
                "backup_2026-01-31_orders.sql.gz"
            })
    void otherNamesAreLeftAlone(String name) {
        assertThat(takes(LAYOUT, name)).isFalse();
    }
}
