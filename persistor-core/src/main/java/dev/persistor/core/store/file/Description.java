package dev.persistor.core.store.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The description of a blob in the file store: a small JSON file. Immutable. */
record Description(long size, int crc32c, String contentType, BlobMetadata metadata) {

    private static final JsonFactory JSON = new JsonFactory();

    static Description of(Blob blob) {
        return new Description(blob.size(), blob.crc32c(), blob.contentType(), blob.metadata());
    }

    BlobInfo toInfo(BlobName name) {
        return BlobInfo.of(name, size, contentType, metadata, crc32c);
    }

    byte[] toJson() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeNumberField("size", size);
            json.writeStringField("crc32c", Integer.toHexString(crc32c));
            json.writeStringField("contentType", contentType);
            json.writeObjectFieldStart("metadata");
            for (Map.Entry<String, String> entry : metadata.encoded().entrySet()) {
                json.writeStringField(entry.getKey(), entry.getValue());
            }
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return out.toByteArray();
    }

    /** The file is no description: it is empty, torn or altered. */
    static final class DamagedException extends IOException {

        private static final long serialVersionUID = 1L;

        private DamagedException(Path file, @Nullable Exception cause) {
            super(
                    "its description " + file + " is damaged; to read the content without checks, remove that file",
                    cause);
        }
    }

    /**
     * Reads a description.
     *
     * @throws DamagedException if the file is none
     */
    static Description read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        try {
            Description read = parse(bytes);
            if (read.size < 0) {
                throw new DamagedException(file, null);
            }
            return read;
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new DamagedException(file, e);
        }
    }

    private static Description parse(byte[] bytes) throws IOException {
        long size = -1;
        String crc32c = "";
        String contentType = "";
        Map<String, String> metadata = Map.of();
        try (JsonParser json = JSON.createParser(bytes)) {
            json.nextToken();
            for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
                json.nextToken();
                switch (field) {
                    case "size" -> size = json.getLongValue();
                    case "crc32c" -> crc32c = json.getText();
                    case "contentType" -> contentType = json.getText();
                    case "metadata" -> metadata = readMetadata(json);
                    default -> json.skipChildren();
                }
            }
            return new Description(
                    size, Integer.parseUnsignedInt(crc32c, 16), contentType, BlobMetadata.decode(metadata));
        }
    }

    private static Map<String, String> readMetadata(JsonParser json) throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = json.currentName();
            String value = json.nextTextValue();
            if (value == null) {
                throw new IllegalArgumentException("the metadata's " + key + " is no text");
            }
            metadata.put(key, value);
        }
        return metadata;
    }
}
