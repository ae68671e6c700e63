package dev.persistor.core.format;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.ExistingBlob;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The blob that holds what a message's own blob has no room for in its metadata: a JSON object of the same keys.
 *
 * <p>A redelivery finds it by the digest of the message that it belongs to, in its metadata.
 */
final class Sidecar {

    static final String FORMAT_NAME = "attributes";
    static final String CONTENT_TYPE = "application/octet-stream";
    static final String SUFFIX = ".attributes.json";

    private Sidecar() {}

    /**
     * Returns the blob with all of its metadata where the store has room for it; else the sidecar with the long fields,
     * and then the blob with the rest. That is the order in which they must become durable.
     *
     * @param whole the blob with all of its metadata
     * @param longKeys the keys of what goes to the sidecar when there is no room
     * @param identity what then names the blob's message, in the metadata of both
     */
    static List<Blob> split(
            Blob whole, Set<String> longKeys, Supplier<Map<String, String>> identity, BlobLimits limits) {
        if (whole.metadata().fitsIn(limits.maxMetadataBytes())) {
            return List.of(whole);
        }
        Map<String, String> longFields = new TreeMap<>(whole.metadata().asMap());
        longFields.keySet().retainAll(longKeys);
        Map<String, String> rest = new TreeMap<>(whole.metadata().asMap());
        rest.keySet().removeAll(longKeys);
        Map<String, String> sidecar = new TreeMap<>(identity.get());
        rest.putAll(sidecar);
        rest.put(RawMetadata.SIDECAR, "true");
        // The fields of the sidecar may differ between two deliveries of the message that it belongs to.
        Optional.ofNullable(sidecar.remove(RawMetadata.DIGEST))
                .ifPresent(digest -> sidecar.put(ExistingBlob.SIDECAR_OF, digest));
        sidecar.put(MessageFormat.METADATA_KEY, FORMAT_NAME);
        return List.of(
                Blob.of(
                        whole.name().withSuffix(SUFFIX),
                        toJson(longFields),
                        "application/json",
                        BlobMetadata.of(sidecar)),
                whole.withMetadata(BlobMetadata.of(rest)));
    }

    private static byte[] toJson(Map<String, String> fields) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(16 * 1024);
        try (JsonGenerator json = AttributesJson.JSON.createGenerator(out)) {
            json.writeStartObject();
            for (Map.Entry<String, String> field : fields.entrySet()) {
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
        try (JsonParser json = AttributesJson.newFactory().createParser(bytes)) {
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
