package dev.persistor.benchmarks.peers;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** How the payloads are found in an object. */
@FunctionalInterface
interface Contents {

    /** Hands over all payloads of an object. */
    void read(byte[] object, Consumer<byte[]> payloads) throws IOException;

    /** The object is one payload. */
    static Contents whole() {
        return (object, payloads) -> payloads.accept(object);
    }

    /** Each line is a payload. */
    static Contents lines() {
        return (object, payloads) ->
                new String(object, StandardCharsets.UTF_8).lines().forEach(line -> payloads.accept(bytes(line)));
    }

    /** Each line is an object of JSON, and a field of it a payload. */
    static Contents fields(String field) {
        JsonFactory json = new JsonFactory();
        return (object, payloads) -> {
            try (JsonParser parser = json.createParser(object)) {
                for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                    // Only the outermost fields: those of the line itself.
                    if (token == JsonToken.VALUE_STRING
                            && parser.getParsingContext().getParent().inRoot()
                            && field.equals(parser.currentName())) {
                        payloads.accept(bytes(parser.getText()));
                    }
                }
            }
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
