package dev.persistor.core.format.jsonl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import dev.persistor.core.format.Compression;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeScannerTest {

    private static final String BEGINNING =
            "{\"id\":\"1\",\"publishTime\":\"2026-01-31T02:10:00Z\",\"source\":\"orders\"";
    private static final String[] PIECES = {
        "plain text",
        "\"",
        "\\",
        "/",
        "\n",
        "\t",
        "\r",
        "\b",
        "\f",
        "\u0000",
        "\u001f",
        "\u007f",
        "ö",
        "€",
        "\uffff",
        "😀",
        "12345678"
    };

    private final EnvelopeScanner scanner = new EnvelopeScanner(Integer.MAX_VALUE, true);
    private final Random random = new Random(20_260_131);

    @Test
    void whatTheWriterWritesIsReadWithoutAParser() throws IOException {
        for (int i = 0; i < 5_000; i++) {
            Message message = randomMessage();
            byte[] line = write(message);
            assertThat(scan(line)).as(() -> text(line)).contains(message);
            assertThat(parse(line)).as(() -> text(line)).contains(message);
        }
    }

    /** Of a damaged line the scanner may say less than the parser does, and never anything else. */
    @Test
    void whatIsReadOfADamagedLineIsWhatTheParserReads() throws IOException {
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] line = damaged(write(randomMessage()));
            Optional<Message> scanned = scan(line);
            if (scanned.isPresent()) {
                read++;
                assertThat(scanned).as(() -> text(line)).isEqualTo(parse(line));
            }
        }
        // Damage to a letter of a text is no damage to the line.
        assertThat(read).isBetween(2_000, 18_000);
    }

    @Test
    void payloadsThatAreNotNeededArePassedOver() throws IOException {
        EnvelopeScanner withoutPayloads = new EnvelopeScanner(Integer.MAX_VALUE, false);
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] line = i % 4 == 0 ? write(randomMessage()) : damaged(write(randomMessage()));
            Optional<Message> scanned = scan(line);
            if (scanned.isPresent()) {
                read++;
                assertThat(withoutPayloads.read(line, 0, line.length))
                        .as(() -> text(line))
                        .isEqualTo(
                                scanned.get().toBuilder().payload(new byte[0]).build());
            }
        }
        assertThat(read).isGreaterThan(5_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",\"data\":\"",
                ",\"data\":\"\\\"}",
                ",\"data\":\"\"",
                ",\"data\":\"\"} ",
                ",\"data\":null}",
                ",\"data\":\"\",\"data\":\"\"}",
                ",\"data\":\"\",\"more\":1}",
                ",\"data\":\"\u0001\"}",
                ",\"data_base64\":\"AAAA",
                "}",
            })
    void whatDoesNotEndWithItsPayloadIsLeftToTheParserAlsoWithoutIt(String rest) {
        byte[] line = (BEGINNING + rest).getBytes(StandardCharsets.UTF_8);
        assertThat(new EnvelopeScanner(Integer.MAX_VALUE, false).read(line, 0, line.length))
                .isNull();
    }

    @Test
    void linesAreReadFromTheMiddleOfABuffer() throws IOException {
        Message message = randomMessage();
        byte[] line = write(message);
        byte[] buffer = new byte[line.length + 20];
        Arrays.fill(buffer, (byte) '}');
        System.arraycopy(line, 0, buffer, 7, line.length);
        assertThat(scanner.read(buffer, 7, 7 + line.length)).isEqualTo(message);
        assertThat(scanner.read(buffer, 7, 7 + line.length - 1)).isNull();
        assertThat(scanner.read(buffer, 7, 7 + line.length + 1)).isNull();
    }

    @Test
    void whatTypesNeedIsLeftToTheParser() throws IOException {
        Attributes typed =
                Attributes.builder().add("tries", AttributeValue.of(2)).build();
        byte[] line = write(randomMessage().toBuilder().attributes(typed).build());
        assertThat(scan(line)).isEmpty();
        assertThat(parse(line).orElseThrow().attributes()).isEqualTo(typed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",\"data\":\"\\/\\u00e4\\ud83d\\ude00\\u0041\"}",
                ",\"partition\":\"3\",\"offset\":0,\"data\":\"\"}",
                ",\"partition\":\"3\",\"offset\":999999999999999999,\"data\":\"\"}",
            })
    void othersWritingThatMeansTheSameIsRead(String rest) throws IOException {
        byte[] line = (BEGINNING + rest).getBytes(StandardCharsets.UTF_8);
        assertThat(scan(line)).isPresent().isEqualTo(parse(line));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "}",
                ",\"data\":\"\"",
                ",\"data\":\"\"} ",
                ", \"data\":\"\"}",
                ",\"data\":null}",
                ",\"data\":\"\",\"data\":\"\"}",
                ",\"data\":\"\",\"more\":1}",
                ",\"data\":\"\\x\"}",
                ",\"data\":\"\\",
                ",\"data\":\"\\u00g0\"}",
                ",\"data\":\"\\u00",
                ",\"data\":\"\\ud83d\"}",
                ",\"data\":\"\\ud83dxxxxxxx\"}",
                ",\"data\":\"\\ud83d\\u0041\"}",
                ",\"data\":\"\\ude00\"}",
                ",\"data\":\"\u0001\"}",
                ",\"data_base64\":\"A\"}",
                ",\"data_base64\":\"AA\"}",
                ",\"data_base64\":\"A===\"}",
                ",\"data_base64\":\"?AAA\"}",
                ",\"data_base64\":\"AAAA",
                ",\"partition\":\"3\",\"data\":\"\"}",
                ",\"partition\":\"3\",\"offset\":,\"data\":\"\"}",
                ",\"partition\":\"3\",\"offset\":01,\"data\":\"\"}",
                ",\"partition\":\"3\",\"offset\":-1,\"data\":\"\"}",
                ",\"partition\":\"3\",\"offset\":9223372036854775808,\"data\":\"\"}",
                ",\"attributes\":{},\"data\":\"\"}",
                ",\"attributes\":{\"a\":1},\"data\":\"\"}",
                ",\"attributes\":{\"a\":\"b\"",
            })
    void whatIsOtherwiseIsLeftToTheParser(String rest) {
        assertThat(scan((BEGINNING + rest).getBytes(StandardCharsets.UTF_8))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":\"\",\"publishTime\":\"2026-01-31T02:10:00Z\",\"source\":\"orders\",\"data\":\"\"}",
                "{\"id\":\"1\",\"publishTime\":\"yesterday\",\"source\":\"orders\",\"data\":\"\"}",
                "{\"publishTime\":\"2026-01-31T02:10:00Z\",\"id\":\"1\",\"source\":\"orders\",\"data\":\"\"}",
                "{\"id\":\"1\",\"publishTime\":\"2026-01-31T02:10:00Z",
                "[]",
                "",
            })
    void noEnvelopeIsLeftToTheParser(String line) {
        assertThat(scan(line.getBytes(StandardCharsets.UTF_8))).isEmpty();
    }

    @Test
    void bytesThatAreNoUtf8AreLeftToTheParser() {
        byte[] line = (BEGINNING + ",\"data\":\"xx\"}").getBytes(StandardCharsets.UTF_8);
        line[line.length - 4] = (byte) 0xC3;
        assertThat(scan(line)).isEmpty();
    }

    private Message randomMessage() {
        Message.Builder message = Message.builder()
                .id("1" + randomText())
                .source("s" + randomText())
                .publishTime(Instant.ofEpochSecond(random.nextLong(4_000_000_000L), random.nextInt(1_000_000_000)))
                .orderingKey(random.nextBoolean() ? randomText() : null)
                .position(random.nextBoolean() ? randomPosition() : null)
                .attributes(randomAttributes())
                .brokerProperties(randomAttributes());
        if (random.nextInt(4) > 0) {
            return message.payload(randomText().getBytes(StandardCharsets.UTF_8))
                    .build();
        }
        byte[] binary = new byte[1 + random.nextInt(100)];
        random.nextBytes(binary);
        binary[0] = (byte) 0xFF;
        return message.payload(binary).build();
    }

    private Position randomPosition() {
        String log = random.nextBoolean() ? "" : "l" + randomText();
        return new Position(log, "p" + randomText(), random.nextLong(1L << 50));
    }

    private Attributes randomAttributes() {
        Attributes.Builder attributes = Attributes.builder();
        for (int i = random.nextInt(4); i > 0; i--) {
            attributes.add(i + randomText(), randomText());
        }
        return attributes.build();
    }

    private String randomText() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    /** Changes, takes out or puts in one byte. */
    private byte[] damaged(byte[] line) {
        int at = random.nextInt(line.length);
        int kind = random.nextInt(3);
        ByteArrayOutputStream damaged = new ByteArrayOutputStream();
        damaged.write(line, 0, at);
        if (kind > 0) {
            damaged.write(random.nextBoolean() ? random.nextInt(256) : "\"\\,:{}0".charAt(random.nextInt(7)));
        }
        int behind = kind == 2 ? at : at + 1;
        damaged.write(line, behind, line.length - behind);
        return damaged.toByteArray();
    }

    private Optional<Message> scan(byte[] line) {
        return Optional.ofNullable(scanner.read(line, 0, line.length));
    }

    private static byte[] write(Message message) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonLinesEncoder encoder = new JsonLinesEncoder(out, Compression.NONE)) {
            encoder.write(message);
        }
        byte[] line = out.toByteArray();
        return Arrays.copyOf(line, line.length - 1);
    }

    private static Optional<Message> parse(byte[] line) throws IOException {
        try (JsonParser json = Envelope.JSON.createParser(line)) {
            json.nextToken();
            return Optional.of(EnvelopeReader.ofArchive(Integer.MAX_VALUE, true).read(json));
        }
    }

    private static String text(byte[] line) {
        return new String(line, StandardCharsets.UTF_8);
    }
}
