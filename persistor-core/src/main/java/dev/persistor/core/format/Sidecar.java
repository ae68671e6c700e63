package dev.persistor.core.format;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * The blob that holds what a message's own blob has no room for in its metadata: a JSON object of the same keys.
 *
 * <p>Only fields that are the same for each delivery go in, so that a redelivery writes the same bytes.
 */
final class Sidecar {

    static final String FORMAT_NAME = "attributes";
    static final String SUFFIX = ".attributes.json";

    private Sidecar() {}

    static Blob of(BlobName blob, Map<String, String> fields, Map<String, String> identity) {
        Map<String, String> metadata = new TreeMap<>(identity);
        metadata.put(RawMetadata.FORMAT, FORMAT_NAME);
        return Blob.of(blob.withSuffix(SUFFIX), toJson(fields), "application/json", BlobMetadata.of(metadata));
    }

    private static byte[] toJson(Map<String, String> fields) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(16 * 1024);
        try (JsonGenerator json = AttributesJson.JSON.createGenerator(out)) {
            json.writeStartObject();
            for (Map.Entry<String, String> field : new TreeMap<>(fields).entrySet()) {
                json.writeStringField(field.getKey(), field.getValue());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return out.toByteArray();
    }

    /**
     * Reads the fields back.
     *
     * @throws IOException if the bytes are no sidecar
     */
    static Map<String, String> read(byte[] bytes) throws IOException {
        Map<String, String> fields = new TreeMap<>();
        try (JsonParser json = AttributesJson.JSON.createParser(bytes)) {
            json.nextToken();
            for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
                if (json.nextToken() != JsonToken.VALUE_STRING) {
                    throw new IOException(key + " is no text");
                }
                fields.put(key, json.getText());
            }
        }
        return fields;
    }
}
