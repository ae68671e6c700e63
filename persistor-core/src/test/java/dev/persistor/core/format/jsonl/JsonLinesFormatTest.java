package dev.persistor.core.format.jsonl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.format.Compression;
import dev.persistor.core.format.FormatException;
import dev.persistor.core.format.MessageEncoder;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.format.ReadContext;
import dev.persistor.core.format.ReadLimit;
import dev.persistor.core.format.ReadLimits;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobDamagedException;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.memory.MemoryDriver;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.SequenceInputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLinesFormatTest {

    private static final BlobName NAME = BlobName.of("orders/a.jsonl");
    private static final BlobLimits LIMITS = new BlobLimits(1024, 1024, 8192);
    private static final JsonLinesFormat FORMAT = new JsonLinesFormat(Compression.NONE);
    private static final String SMALLEST =
            "{\"id\":\"1\",\"publishTime\":\"2026-01-31T02:10:00Z\",\"source\":\"orders\",\"data\":\"\"}";

    private static Message.Builder message(String id) {
        return Message.builder().id(id).source("orders").publishTime(Instant.parse("2026-01-31T02:10:00Z"));
    }

    private static String encode(Message... messages) {
        Blob blob = FORMAT.encode(NAME, List.of(messages), LIMITS).get(0);
        return new String(blob.contentBytes(), StandardCharsets.UTF_8);
    }

    private static BlobInfo foreign(long size) {
        return BlobInfo.withoutChecksum(NAME, size, "application/x-ndjson", BlobMetadata.empty());
    }

    private static List<Message> decode(String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        List<Message> messages = new ArrayList<>();
        FORMAT.decoder(new ByteArrayInputStream(bytes), foreign(bytes.length)).forEachRemaining(messages::add);
        return messages;
    }

    private static Message decodeOne(String content) {
        List<Message> messages = decode(content);
        assertThat(messages).hasSize(1);
        return messages.get(0);
    }

    @Nested
    class Envelopes {

        private static final String DOCUMENTED =
                "{\"id\":\"9876543210\",\"publishTime\":\"2026-01-31T02:10:00.123Z\",\"source\":\"orders\","
                        + "\"orderingKey\":\"customer-7\",\"log\":\"kKTBS5eZRDaGYDmkGWdnNQ\",\"partition\":\"3\",\"offset\":4711,"
                        + "\"attributes\":{\"type\":\"created\",\"tenant\":\"Zürich\"},"
                        + "\"brokerProperties\":{\"contentType\":\"application/json\"},"
                        + "\"data\":\"{\\\"order\\\": 42}\"}";
        private static final String DOCUMENTED_TYPED =
                "{\"id\":\"9876543211\",\"publishTime\":\"2026-01-31T02:10:00Z\",\"source\":\"orders\","
                        + "\"attributes\":{\"tries\":\"2\",\"via\":\"a\"},"
                        + "\"typedAttributes\":[[\"tries\",\"2\",\"int\"],[\"via\",\"a\"],[\"via\",\"b\"]],"
                        + "\"data_base64\":\"/wAB\"}";

        private static Message typical() {
            return message("9876543210")
                    .publishTime(Instant.parse("2026-01-31T02:10:00.123Z"))
                    .orderingKey("customer-7")
                    .position(new Position("kKTBS5eZRDaGYDmkGWdnNQ", "3", 4711))
                    .attributes(Attributes.builder()
                            .add("type", "created")
                            .add("tenant", "Zürich")
                            .build())
                    .brokerProperties(Attributes.builder()
                            .add(BrokerProperties.CONTENT_TYPE, "application/json")
                            .build())
                    .payload("{\"order\": 42}".getBytes(StandardCharsets.UTF_8))
                    .deliveryAttempt(3)
                    .build();
        }

        private static Message typed() {
            return message("9876543211")
                    .attributes(Attributes.builder()
                            .add("tries", AttributeValue.of(2))
                            .add("via", "a")
                            .add("via", "b")
                            .build())
                    .payload(new byte[] {(byte) 0xFF, 0, 1})
                    .build();
        }

        @Test
        void noNameIsTwiceInAnObject() {
            Attributes few =
                    Attributes.builder().add("via", "a").add("via", "b").build();
            assertThat(encode(message("1").attributes(few).build()))
                    .contains("\"attributes\":{\"via\":\"a\"},\"typedAttributes\":[[\"via\",\"a\"],[\"via\",\"b\"]]");
            Attributes.Builder many = Attributes.builder();
            IntStream.range(0, 20).forEach(i -> many.add("name" + i % 19, "" + i));
            assertThat(encode(message("1").attributes(many.build()).build()))
                    .containsOnlyOnce("\"name0\":")
                    .contains("\"typedAttributes\":[[\"name0\",\"0\"]");
        }

        @Test
        void aTypicalMessageIsALineThatPeopleRead() {
            assertThat(encode(typical())).isEqualTo(DOCUMENTED + "\n");
            assertThat(decodeOne(DOCUMENTED + "\n")).isEqualTo(typical());
        }

        @Test
        void whatTheObjectOfTextsCannotHoldIsBesideIt() {
            assertThat(encode(typed())).isEqualTo(DOCUMENTED_TYPED + "\n");
            assertThat(decodeOne(DOCUMENTED_TYPED + "\n")).isEqualTo(typed());
        }

        @Test
        void theDocumentShowsTheseLines() throws IOException {
            assertThat(Files.readString(Path.of("../docs/formats.md")))
                    .contains("\n" + DOCUMENTED + "\n")
                    .contains("\n" + DOCUMENTED_TYPED + "\n");
        }

        @Test
        void whatIsAbsentIsLeftOut() {
            assertThat(encode(message("1").build())).isEqualTo(SMALLEST + "\n");
            assertThat(decodeOne(SMALLEST)).isEqualTo(message("1").build());
        }

        @Test
        void messagesAreLinesAndNoneHasANewlineInIt() {
            String content = encode(
                    message("1\n")
                            .payload("a\r\nb\n".getBytes(StandardCharsets.UTF_8))
                            .build(),
                    typical(),
                    message("3\r").build());
            assertThat(content).endsWith("}\n").doesNotContain("\r");
            assertThat(content.lines()).hasSize(3).allMatch(line -> line.startsWith("{\"id\":\""));
        }

        @Test
        void textIsWrittenAsItIsAndOnlyWhatUtf8CannotHoldIsEscaped() {
            assertThat(encode(message("é€")
                            .payload("é€😀 \u2028\u007F/".getBytes(StandardCharsets.UTF_8))
                            .build()))
                    .contains("\"id\":\"é€\"")
                    .contains("\"data\":\"é€😀 \u2028\u007F/\"");
            assertThat(encode(message("é\uD800").build())).contains("\"id\":\"\\u00E9\\uD800\"");
        }

        @Test
        void charactersOfTwoUnitsAreEscapedWhereverTheyAreInALongText() {
            for (String before : List.of("", "x", "é", "€", "x€")) {
                String text = before + "😀".repeat(10_000);
                Attributes attributes = Attributes.builder().add(text, text).build();
                Message message = message(text).attributes(attributes).build();
                assertThat(decodeOne(encode(message))).isEqualTo(message);
                assertThat(encode(message)).doesNotContain("😀");
            }
        }

        @Test
        void aNameThatIsNoUnicodeIsOnlyAmongTheTypedEntries() {
            Attributes attributes =
                    Attributes.builder().add("a\uD800", "1").add("b", "2").build();
            String line = encode(message("1").attributes(attributes).build());
            assertThat(line)
                    .contains("\"attributes\":{\"b\":\"2\"}")
                    .contains("\"typedAttributes\":[[\"a\\uD800\",\"1\"],[\"b\",\"2\"]]");
            assertThat(decodeOne(line).attributes()).isEqualTo(attributes);
        }

        @Test
        void fieldsThatAreNotKnownArePassedOver() {
            String more = SMALLEST.replace(
                    "{\"id\"", "{\"later\":{\"id\":\"9\",\"deep\":[[{}]]},\"x\":1e999,\"y\":null,\"z\":[],\"id\"");
            assertThat(decodeOne(more)).isEqualTo(message("1").build());
        }

        @Test
        void theOrderOfFieldsIsFree() {
            String other =
                    "{\"data\":\"x\",\"typedAttributes\":[[\"a\",\"1\"],[\"a\",\"2\"]],\"offset\":7,\"source\":\"orders\","
                            + "\"partition\":\"0\",\"attributes\":{\"a\":\"1\"},\"publishTime\":\"2026-01-31T02:10:00Z\",\"id\":\"1\"}";
            assertThat(decodeOne(other))
                    .isEqualTo(message("1")
                            .payload(new byte[] {'x'})
                            .position(new Position("0", 7))
                            .attributes(Attributes.builder()
                                    .add("a", "1")
                                    .add("a", "2")
                                    .build())
                            .build());
        }

        @Test
        void manyNamesOfOneHashAreNoFailure() {
            Attributes.Builder attributes = Attributes.builder();
            IntStream.range(0, 3_000).forEach(i -> attributes.add("Aa".repeat(i % 50) + "BB".repeat(i / 50), "" + i));
            Message many = message("1").attributes(attributes.build()).build();
            assertThat(decodeOne(encode(many))).isEqualTo(many);
        }
    }

    @Nested
    class Foreign {

        @Test
        void aFileWithoutMetadataIsRecognisedByItsName() {
            for (String name : List.of("x/a.jsonl", "a.jsonl.gz", "a.jsonl.zst")) {
                assertThat(FORMAT.holdsMessages(
                                BlobInfo.withoutChecksum(BlobName.of(name), 1, "text/plain", BlobMetadata.empty())))
                        .as(name)
                        .isTrue();
            }
            for (String name : List.of("a.json", "a.jsonl.bz2", "jsonl", "a.jsonl/b.bin", "a.bin.attributes.json")) {
                assertThat(FORMAT.holdsMessages(
                                BlobInfo.withoutChecksum(BlobName.of(name), 1, "text/plain", BlobMetadata.empty())))
                        .as(name)
                        .isFalse();
            }
        }

        @Test
        void whatTheMetadataSaysGoesBeforeTheName() {
            BlobMetadata quarantine = BlobMetadata.of(Map.of("persistor-format", "quarantine"));
            assertThat(FORMAT.holdsMessages(BlobInfo.withoutChecksum(NAME, 1, "text/plain", quarantine)))
                    .isFalse();
        }

        @Test
        void aLastLineWithoutItsEndIsRead() {
            assertThat(decode(SMALLEST + "\n" + SMALLEST)).hasSize(2);
        }

        @Test
        void blankLinesOtherLineEndsAndAMarkInFrontArePassedOver() {
            assertThat(decode("\uFEFF" + SMALLEST + "\r\n\r\n\n  \t \n" + SMALLEST + " \r\n\n"))
                    .hasSize(2);
        }

        @Test
        void linesThatAreJustAsLongAsTheBuffersAreRead() {
            for (int length : new int[] {8_000, 65_536, 131_072, 1_048_576}) {
                for (int around = -2; around <= 2; around++) {
                    int size = length + around - SMALLEST.length();
                    String line = SMALLEST.replace("\"data\":\"", "\"data\":\"" + "x".repeat(size));
                    assertThat(decode(line + "\n" + SMALLEST + "\n" + line + "\n"))
                            .extracting(Message::payloadSize)
                            .containsExactly(size, 0, size);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theContentIsDescribedAsItIs(Compression compression) {
        JsonLinesFormat format = new JsonLinesFormat(compression);
        Blob blob = format.encode(NAME, List.of(message("1").build()), LIMITS).get(0);
        assertThat(format.extension()).isEqualTo(".jsonl" + compression.suffix());
        assertThat(blob.contentType())
                .isEqualTo(
                        switch (compression) {
                            case NONE -> "application/x-ndjson";
                            case GZIP -> "application/gzip";
                            case ZSTD -> "application/zstd";
                        });
        assertThat(blob.metadata().get("persistor-format")).contains("jsonl");
    }

    @Test
    void anEncoderLeavesItsStreamOpen() throws IOException {
        for (Compression compression : Compression.values()) {
            OutputStream out = new OutputStream() {
                @Override
                public void write(int value) {}

                @Override
                public void close() {
                    throw new AssertionError("closed");
                }
            };
            try (MessageEncoder encoder = new JsonLinesFormat(compression).encoder(out)) {
                encoder.write(message("1").build());
            }
        }
    }

    /** What is whole comes back; then one failure says where the first damage is. */
    @Nested
    class Damage {

        private final List<Message> five = IntStream.range(0, 5)
                .mapToObj(i -> message("id-" + i)
                        .payload(("secret-" + i).getBytes(StandardCharsets.UTF_8))
                        .build())
                .toList();
        private final Blob whole = FORMAT.encode(NAME, five, LIMITS).get(0);
        private final String content = new String(whole.contentBytes(), StandardCharsets.UTF_8);

        private final List<Message> read = new ArrayList<>();

        private FormatException damageOf(String damaged) {
            return damageOf(damaged.getBytes(StandardCharsets.UTF_8), stored(damaged.length()));
        }

        private FormatException damageOf(byte[] damaged, BlobInfo info) {
            OpenBlob blob = new OpenBlob(info, new ByteArrayInputStream(damaged));
            MessageReader reader = FORMAT.read(blob, BlobStore.over(new MemoryDriver()));
            read.clear();
            try {
                reader.forEachRemaining(read::add);
            } catch (FormatException e) {
                assertThat(reader.hasNext()).isFalse();
                return e;
            }
            throw new AssertionError("no damage was found");
        }

        private BlobInfo stored(int size) {
            return BlobInfo.withoutChecksum(NAME, size, "application/x-ndjson", whole.metadata());
        }

        private String line(int number) {
            return content.lines().toList().get(number);
        }

        private int startOf(int number) {
            return content.indexOf(line(number));
        }

        @Test
        void aDamagedLineInTheMiddleCostsNoOther() {
            FormatException e = damageOf(content.replace("\"id\":\"id-2\"", "\"id\":\"id-2"));
            assertThat(read).containsExactly(five.get(0), five.get(1), five.get(3), five.get(4));
            assertThat(e)
                    .hasMessage("orders/a.jsonl is damaged. Whole messages: 4, expected by its metadata: 5."
                            + " First damage: line 3,"
                            + " at byte " + startOf(2)
                            + " of the uncompressed content: not a complete JSON message");
        }

        @Test
        void ofManyDamagesTheFirstIsSaid() {
            FormatException e = damageOf(content.replace("\"id\":\"id-1\"", "x").replace("\"id\":\"id-3\"", "]"));
            assertThat(read).containsExactly(five.get(0), five.get(2), five.get(4));
            assertThat(e)
                    .hasMessageContaining("Whole messages: 3, expected by")
                    .hasMessageContaining("line 2, at byte " + startOf(1));
        }

        @Test
        void aLineThatLostItsEndCostsTheOnesThatItRunsInto() {
            FormatException e = damageOf(content.replace(line(1) + "\n" + line(2), line(1) + "x" + line(2)));
            assertThat(read).containsExactly(five.get(0), five.get(1), five.get(3), five.get(4));
            assertThat(e)
                    .hasMessageContaining("line 2, at byte " + startOf(1) + " of the uncompressed content:"
                            + " there is text after the message");
        }

        @Test
        void aLineThatIsCutInTwoCostsItselfAlone() {
            damageOf(content.replace(
                    "\"source\":\"orders\",\"data\":\"secret-2\"", "\"source\":\n\"orders\",\"data\":\"\""));
            assertThat(read).containsExactly(five.get(0), five.get(1), five.get(3), five.get(4));
        }

        @Test
        void aBracketThatIsNeverClosedDoesNotSwallowTheLinesBehindIt() {
            for (String open : List.of("{\"later\":[", "{\"later\":{\"x\":", "{\"attributes\":{", "{\"data\":\"")) {
                damageOf(content.replace("{\"id\":\"id-1\"", open + "\"id\":\"id-1\""));
                assertThat(read).as(open).containsExactly(five.get(0), five.get(2), five.get(3), five.get(4));
            }
        }

        @Test
        void tornAtAnyByteEveryLineBeforeIsRead() {
            byte[] bytes = whole.contentBytes();
            for (int length = 0; length < bytes.length; length++) {
                byte[] torn = Arrays.copyOf(bytes, length);
                long lines = new String(torn, StandardCharsets.UTF_8)
                        .chars()
                        .filter(c -> c == '}')
                        .count();
                FormatException e = damageOf(torn, BlobInfo.of(whole));
                assertThat(read).isEqualTo(five.subList(0, (int) lines));
                assertThat(e)
                        .hasMessageContaining("Whole messages: " + lines + ", expected by its metadata: 5.")
                        .hasMessageContaining("CRC32C");
            }
        }

        @Test
        void fewerMessagesThanTheMetadataSaysAreDamage() {
            FormatException e = damageOf(content.substring(0, startOf(3)));
            assertThat(read).hasSize(3);
            assertThat(e)
                    .hasMessageEndingWith("Whole messages: 3, expected by its metadata: 5. First damage: line"
                            + " 4, at byte "
                            + startOf(3) + " of the uncompressed content: the content is truncated");
        }

        @Test
        void moreMessagesThanTheMetadataSaysAreDamage() {
            FormatException e = damageOf(content + line(0) + "\n");
            assertThat(read).hasSize(6);
            assertThat(e).hasMessageContaining("Whole messages: 6, expected by its metadata: 5.");
        }

        @Test
        void anEmptyFileIsDamageWhetherItHasMetadataOrNot() {
            assertThat(damageOf("")).hasMessageContaining("Whole messages: 0, expected by its metadata: 5.");
            assertThat(damageOf(new byte[0], foreign(0)))
                    .hasMessage("orders/a.jsonl is damaged. Whole messages: 0. First damage: line 1, at byte 0 of the"
                            + " uncompressed content: the content is truncated");
            assertThat(damageOf("\n\n".getBytes(StandardCharsets.UTF_8), foreign(2)))
                    .hasMessageContaining("Whole messages: 0.");
        }

        @Test
        void anotherChecksumIsDamageAtTheEnd() {
            byte[] other = content.replace("secret-4", "secret-9").getBytes(StandardCharsets.UTF_8);
            FormatException e = damageOf(other, BlobInfo.of(whole));
            assertThat(read).hasSize(5);
            assertThat(e)
                    .hasMessageContaining("line 6, at byte " + other.length)
                    .hasMessageContaining(Integer.toHexString(whole.crc32c()) + " were stored")
                    .hasCauseInstanceOf(BlobDamagedException.class);
        }

        @Test
        void compressedContentThatEndsTooEarlyGivesItsLines() throws IOException {
            Blob gzip = new JsonLinesFormat(Compression.GZIP)
                    .encode(NAME, five, LIMITS)
                    .get(0);
            byte[] torn = Arrays.copyOf(gzip.contentBytes(), gzip.size() - 1);
            FormatException e =
                    damageOf(torn, BlobInfo.withoutChecksum(NAME, torn.length, "application/gzip", gzip.metadata()));
            assertThat(read).isEqualTo(five);
            assertThat(e)
                    .hasMessageContaining("line 6, at byte " + content.length()
                            + " of the uncompressed content: the gzip stream is truncated");
        }

        @Test
        void membersOfGzipOneAfterAnotherAreAllRead() throws IOException {
            byte[] one = gzip(line(0) + "\n" + line(1) + "\n");
            byte[] two = gzip(line(2) + "\n" + line(3) + "\n" + line(4) + "\n");
            byte[] both = new SequenceInputStream(new ByteArrayInputStream(one), new ByteArrayInputStream(two))
                    .readAllBytes();
            List<Message> messages = new ArrayList<>();
            FORMAT.decoder(new ByteArrayInputStream(both), stored(both.length)).forEachRemaining(messages::add);
            assertThat(messages).isEqualTo(five);
        }

        private static byte[] gzip(String text) throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
                gzip.write(text.getBytes(StandardCharsets.UTF_8));
            }
            return out.toByteArray();
        }

        /** Each is a replacement in the smallest envelope, and what is said of the result. */
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "\"id\":\"1\", ->  -> a message needs a non-empty id",
                    "\"id\":\"1\" -> \"id\":\"\" -> a message needs a non-empty id",
                    "\"id\":\"1\" -> \"id\":1 -> id is not a text",
                    "\"id\":\"1\" -> \"id\":null -> id is not a text",
                    "\"source\":\"orders\", ->  -> a message needs a non-empty source",
                    "\"publishTime\":\"2026-01-31T02:10:00Z\", ->  -> publishTime is missing",
                    "2026-01-31T02:10:00Z -> yesterday -> publishTime is not a time",
                    "\"2026-01-31T02:10:00Z\" -> 5 -> publishTime is not a text",
                    ",\"data\":\"\" ->  -> data is missing",
                    "\"data\":\"\" -> \"data\":[] -> data is not a text",
                    "\"data\":\"\" -> \"data\":\"\",\"data_base64\":\"\" -> the payload occurs twice",
                    "\"data\":\"\" -> \"data\":\"\\uD800\" -> the text has a lone surrogate, which UTF-8 cannot encode",
                    "\"data\":\"\" -> \"data_base64\":7 -> data_base64 is not a text",
                    "\"data\":\"\" -> \"data_base64\":\"/w\" -> not a complete JSON message",
                    "\"data\":\"\" -> \"data_base64\":\"???\" -> not a complete JSON message",
                    "\"data\" -> \"partition\":\"0\",\"data\" -> partition and offset must occur together",
                    "\"data\" -> \"offset\":7,\"data\" -> partition and offset must occur together",
                    "\"data\" -> \"partition\":\"0\",\"offset\":\"7\",\"data\" -> offset is not a whole number",
                    "\"data\" -> \"partition\":\"0\",\"offset\":7.5,\"data\" -> offset is not a whole number",
                    "\"data\" -> \"partition\":\"0\",\"offset\":-7,\"data\" -> the offset of a position must be"
                            + " 0 or more, and is -7",
                    "\"data\" -> \"partition\":\"0\",\"offset\":9223372036854775808,\"data\" -> not a complete"
                            + " JSON message",
                    "\"data\" -> \"attributes\":[],\"data\" -> attributes is not an object",
                    "\"data\" -> \"attributes\":{\"a\":1},\"data\" -> attributes is not a text",
                    "\"data\" -> \"typedAttributes\":{},\"data\" -> typed attributes are damaged",
                    "\"data\" -> \"typedAttributes\":[[\"a\",\"x\",\"int\"]],\"data\" -> typed attributes are damaged",
                    "{\"id\" -> [\"id\" -> a line is not a JSON object",
                    "{\"id\" -> 5{\"id\" -> not a complete JSON message"
                })
        void whatIsWrongWithAnEnvelopeIsSaid(String replacement) {
            String[] parts = replacement.split(" -> ", 3);
            String wrong = SMALLEST.replace(parts[0], parts[1]);
            FormatException e = damageOf((SMALLEST + "\n" + wrong + "\n").getBytes(StandardCharsets.UTF_8), foreign(1));
            assertThat(read).hasSize(1);
            assertThat(e)
                    .hasMessageEndingWith(
                            "line 2, at byte " + (SMALLEST.length() + 1) + " of the uncompressed content: " + parts[2]);
        }

        @Test
        void noContentIsInWhatIsSaidNorInItsCauses() {
            for (String wrong : List.of(
                    SMALLEST.replace("\"\"}", "secret}"),
                    SMALLEST.replace("2026-01-31T02:10:00Z", "secret"),
                    SMALLEST.replace("\"data\"", "\"typedAttributes\":[[\"a\",\"secret\",\"int\"]],\"data\""),
                    SMALLEST.replace("\"data\"", "\"typedAttributes\":[[\"a\",\"1\",\"secret\"]],\"data\""),
                    SMALLEST.replace("\"data\":\"", "\"data_base64\":\"?secret"),
                    SMALLEST.replace("\"data\"", "\"offset\":secret,\"data\""),
                    "secret",
                    SMALLEST + "secret")) {
                StringWriter trace = new StringWriter();
                damageOf(wrong.getBytes(StandardCharsets.UTF_8), foreign(wrong.length()))
                        .printStackTrace(new PrintWriter(trace));
                assertThat(trace.toString()).as(wrong).doesNotContain("secret");
            }
        }
    }

    /** Memory does not grow with the content. */
    @Nested
    class Streaming {

        private static final int AHEAD = 200_000;

        @Test
        void threeHundredMegabytesAreReadNoFasterThanTheyAreTaken() {
            byte[] line = (SMALLEST.replace("\"data\":\"", "\"data\":\"" + "x".repeat(10_000)) + "\n")
                    .getBytes(StandardCharsets.UTF_8);
            int count = 300_000_000 / line.length;
            Repeating content = new Repeating(line, count);
            MessageReader reader = FORMAT.decoder(content, foreign((long) count * line.length));
            long taken = 0;
            while (reader.hasNext()) {
                assertThat(content.read).isLessThan((taken + 1) * line.length + AHEAD);
                assertThat(reader.next().payloadSize()).isEqualTo(10_000);
                taken++;
            }
            assertThat(taken).isEqualTo(count);
        }

        @Test
        void aDamagedLineThatNeverEndsTakesNoMemory() {
            Repeating content = new Repeating("{\"id\":[[[[".repeat(1_000).getBytes(StandardCharsets.UTF_8), 20_000);
            MessageReader reader = FORMAT.decoder(content, foreign(200_000_000));
            assertThatThrownBy(reader::hasNext).isInstanceOf(FormatException.class);
            assertThat(content.read).isEqualTo(200_000_000);
        }

        @Test
        void aPayloadOfHundredMegabytesIsRead() {
            int size = 100_000_000;
            byte[] text = (SMALLEST + "\n").getBytes(StandardCharsets.UTF_8);
            byte[] base64 = (SMALLEST.replace("data", "data_base64") + "\n").getBytes(StandardCharsets.UTF_8);
            assertThat(only(around(text, "x".repeat(1_000), size / 1_000)).payloadSize())
                    .isEqualTo(size);
            assertThat(only(around(base64, "AAAA".repeat(250), size / 1_000)).payloadSize())
                    .isEqualTo(size / 4 * 3);
        }

        private static Message only(InputStream content) {
            ReadLimits limits = ReadLimits.DEFAULT.with(ReadLimit.LINE, 256 << 20);
            MessageReader reader = FORMAT.decoder(content, foreign(1), ReadContext.of(limits));
            Message message = reader.next();
            assertThat(reader.hasNext()).isFalse();
            return message;
        }

        private static InputStream around(byte[] line, String repeated, int times) {
            int end = line.length - "\"}\n".length();
            return new SequenceInputStream(Collections.enumeration(List.of(
                    new ByteArrayInputStream(line, 0, end),
                    new Repeating(repeated.getBytes(StandardCharsets.UTF_8), times),
                    new ByteArrayInputStream(line, end, line.length - end))));
        }

        /** The same bytes again and again, made as they are read. */
        private static final class Repeating extends InputStream {
            private final byte[] part;
            private final long size;
            private long read;

            Repeating(byte[] part, int times) {
                this.part = part;
                this.size = (long) part.length * times;
            }

            @Override
            public int read() {
                return read == size ? -1 : part[(int) (read++ % part.length)] & 0xFF;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                int from = (int) (read % part.length);
                int count = (int) Math.min(Math.min(length, part.length - from), size - read);
                if (count == 0) {
                    return -1;
                }
                System.arraycopy(part, from, bytes, offset, count);
                read += count;
                return count;
            }
        }
    }
}
