package dev.persistor.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.jsonl.JsonLinesFormat;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeSchemaTest {

    private static final BlobLimits LIMITS = new BlobLimits(1024, 1024, 8192);
    private static final String WHOLE = "{\"id\":\"1\",\"publishTime\":\"2026-01-31T02:10:00.000000001Z\","
            + "\"source\":\"orders\",\"partition\":\"0\",\"offset\":9223372036854775807,"
            + "\"attributes\":{\"a\":\"1\"},\"typedAttributes\":[[\"a\",\"1\",\"int\"]],\"data\":\"\"}";

    private final Schema schema = schema();

    private static Schema schema() {
        try (InputStream in =
                Objects.requireNonNull(JsonLinesFormat.class.getResourceAsStream("envelope.schema.json"))) {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(in, InputFormat.JSON);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<?> errors(String envelope) {
        return schema.validate(envelope, InputFormat.JSON);
    }

    @Test
    void whateverIsWrittenIsOfTheSchema() {
        Laws.holdFor(200, seed -> {
            MessageGenerator generator = new MessageGenerator(seed);
            List<Message> messages = Stream.generate(generator::next).limit(10).toList();
            assertThat(lines(messages))
                    .hasSize(10)
                    .allSatisfy(line -> assertThat(errors(line)).isEmpty());
        });
    }

    private static List<String> lines(List<Message> messages) {
        String content = StandardCharsets.UTF_8
                .decode(new JsonLinesFormat(Compression.NONE)
                        .encode(BlobName.of("a"), messages, LIMITS)
                        .get(0)
                        .content())
                .toString();
        return List.of(content.split("\n"));
    }

    @Test
    void fieldsOfLaterVersionsAreAllowed() {
        assertThat(errors(WHOLE)).isEmpty();
        assertThat(errors(WHOLE.replace("{\"id\"", "{\"later\":[1],\"id\""))).isEmpty();
    }

    @Test
    void theSchemaItselfIsOfItsDraft() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(JsonLinesFormat.class.getResourceAsStream("envelope.schema.json"))) {
            Schema draft = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(com.networknt.schema.SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(draft.validate(text, InputFormat.JSON)).isEmpty();
        }
    }

    /** Each is a replacement in a whole envelope: what, and by what. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"id\":\"1\", -> ",
                "\"id\":\"1\" -> \"id\":\"\"",
                "\"id\":\"1\" -> \"id\":1",
                "\"source\":\"orders\", -> ",
                "\"source\":\"orders\" -> \"source\":\"\"",
                "\"orders\" -> null",
                "T02:10:00.000000001Z -> T02:10:00.000000001+01:00",
                "2026-01-31T02:10:00.000000001Z -> yesterday",
                "\"2026-01-31T02:10:00.000000001Z\" -> 1769825400",
                "\"partition\":\"0\", -> ",
                "\"offset\":9223372036854775807, -> ",
                "9223372036854775807 -> 9223372036854775808",
                "9223372036854775807 -> -1",
                "9223372036854775807 -> \"1\"",
                "9223372036854775807 -> 1.5",
                "{\"a\":\"1\"} -> {\"a\":1}",
                "{\"a\":\"1\"} -> [\"a\"]",
                "\"attributes\":{\"a\":\"1\"}, -> ",
                "[[\"a\",\"1\",\"int\"]] -> []",
                "[[\"a\",\"1\",\"int\"]] -> [[\"a\"]]",
                "[[\"a\",\"1\",\"int\"]] -> [[\"a\",1,\"int\"]]",
                "[[\"a\",\"1\",\"int\"]] -> [[\"a\",\"1\",\"integer\"]]",
                "[[\"a\",\"1\",\"int\"]] -> [[\"a\",\"1\",\"int\",\"more\"]]",
                ",\"data\":\"\" -> ",
                "\"data\":\"\" -> \"data\":{}",
                "\"data\":\"\" -> \"data\":\"\",\"data_base64\":\"\"",
                "\"data\":\"\" -> \"data_base64\":\"not in Base64\"",
                "\"data\":\"\" -> \"orderingKey\":\"\",\"data\":\"\""
            })
    void aWrongEnvelopeIsRefused(String replacement) {
        String[] parts = replacement.split(" -> ", 2);
        String wrong = WHOLE.replace(parts[0], parts[1]);
        assertThat(wrong).isNotEqualTo(WHOLE);
        assertThat(errors(wrong)).isNotEmpty();
    }
}
