package dev.persistor.standalone.explore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persistor.core.fixtures.TestMessages;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.memory.MemoryDriver;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The document of the API says what the explorer does. */
class OpenApiTest {

    private final JsonNode document = ExploredArchive.parse(PageFiles.openApi());

    private JsonNode resolved(JsonNode node) {
        JsonNode reference = node.path("$ref");
        return reference.isMissingNode() ? node : document.at(reference.asText().substring(1));
    }

    @Test
    void itHasTheResourcesThatAreServedAndTheirParameters() {
        Map<String, Set<String>> documented = new TreeMap<>();
        document.get("paths").properties().forEach(path -> {
            Set<String> names = new TreeSet<>();
            path.getValue()
                    .at("/get/parameters")
                    .forEach(parameter ->
                            names.add(resolved(parameter).get("name").asText()));
            documented.put(path.getKey(), names);
        });
        assertThat(documented)
                .isEqualTo(Arrays.stream(Resource.values())
                        .collect(Collectors.toMap(resource -> "/api/" + resource.path(), Resource::parameters)));
    }

    /** Each field of an answer is described, and each required field is there. */
    @ParameterizedTest
    @ValueSource(strings = {"archive", "overview", "messages", "message", "shape", "verify", "plan"})
    void answersAreAsItSays(String resource) throws Exception {
        try (ExploredArchive explorer = new ExploredArchive(BlobStore.over(new MemoryDriver()))) {
            explorer.store(messages());
            String place = ExploredArchive.encoded(
                    explorer.last("api/messages", "rows").get(0).get("place").asText());
            JsonNode content = document.at("/paths/~1api~1" + resource + "/get/responses/200/content");
            JsonNode schema = content.elements().next().get("schema");
            List<JsonNode> lines =
                    explorer.lines("api/" + resource + (resource.equals("message") ? "?place=" + place : ""));
            assertThat(lines).isNotEmpty().allSatisfy(line -> check(line, schema, resource));
        }
    }

    private static List<Message> messages() {
        return IntStream.of(1, 2, 5)
                .mapToObj(offset -> TestMessages.aMessage("m-" + offset, "{\"a\":" + offset + "}")
                        .orderingKey("key")
                        .position(new Position("log", "0", offset))
                        .attributes(Attributes.builder().add("type", "created").build())
                        .brokerProperties(Attributes.builder()
                                .add(BrokerProperties.CONTENT_TYPE, "application/json")
                                .build())
                        .build())
                .toList();
    }

    private void check(JsonNode value, JsonNode unresolved, String where) {
        JsonNode schema = resolved(unresolved);
        if (schema.has("oneOf")) {
            check(value, choice(value, schema.get("oneOf")), where);
        } else if (value.isObject() && schema.has("properties")) {
            schema.path("required")
                    .forEach(name -> assertThat(value.has(name.asText()))
                            .as("%s has %s", where, name)
                            .isTrue());
            value.properties().forEach(field -> {
                JsonNode described = schema.get("properties").get(field.getKey());
                assertThat(described)
                        .as("%s.%s is described", where, field.getKey())
                        .isNotNull();
                check(field.getValue(), described, where + "." + field.getKey());
            });
        } else if (value.isArray()) {
            value.forEach(element -> check(element, schema.get("items"), where + "[]"));
        } else {
            assertThat(type(value)).as(where).isEqualTo(schema.get("type").asText());
        }
    }

    /** Returns the schema that requires just the fields that are there. */
    private JsonNode choice(JsonNode value, JsonNode schemas) {
        Set<String> names = StreamSupport.stream(((Iterable<String>) value::fieldNames).spliterator(), false)
                .collect(Collectors.toSet());
        return StreamSupport.stream(schemas.spliterator(), false)
                .map(this::resolved)
                .filter(schema -> StreamSupport.stream(schema.get("required").spliterator(), false)
                        .map(JsonNode::asText)
                        .collect(Collectors.toSet())
                        .equals(names))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no schema is of a line with " + names));
    }

    private static String type(JsonNode value) {
        return value.isIntegralNumber()
                ? "integer"
                : value.isBoolean() ? "boolean" : value.isObject() ? "object" : "string";
    }
}
