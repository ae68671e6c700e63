package dev.persistor.testkit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The little JSON that the server speaks. */
final class GcsJson {

    private static final JsonFactory JSON = new JsonFactory();

    private GcsJson() {}

    static String quote(String text) {
        return "\"" + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
    }

    /** Reads an object's texts; those of an object inside it under {@code outer.inner}. */
    static Map<String, String> read(byte[] json) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        try (JsonParser parser = JSON.createParser(json)) {
            parser.nextToken();
            readObject(parser, "", fields);
        }
        return fields;
    }

    private static void readObject(JsonParser parser, String prefix, Map<String, String> fields) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = prefix + parser.currentName();
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                readObject(parser, key + ".", fields);
            } else {
                fields.put(key, parser.getText());
            }
        }
    }
}
