package dev.persistor.avro;

import dev.persistor.core.format.FormatException;
import dev.persistor.core.format.ReadContext;
import dev.persistor.core.store.BlobName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileConstants;

/** The header of a container file: its schema, its codec, and the marker that follows each block. */
final class ContainerHeader {

    /** Parsing a larger schema takes much memory. */
    private static final int LARGE_SCHEMA = 64 * 1024;

    /** No schema has been seen that comes near; parsing goes as deep as the schema does. */
    private static final int DEEPEST = 100;

    private final Map<String, byte[]> metadata;
    private final byte[] marker;

    private ContainerHeader(Map<String, byte[]> metadata, byte[] marker) {
        this.metadata = metadata;
        this.marker = marker;
    }

    /**
     * Reads the header.
     *
     * @throws FormatException if the file begins otherwise than a container file
     * @throws IOException if the header is torn or damaged
     */
    static ContainerHeader read(BinaryInput file, BlobName name) throws IOException {
        for (byte expected : DataFileConstants.MAGIC) {
            if (file.readBytes(1)[0] != expected) {
                throw new FormatException(name + " is not an Avro file: it does not begin like one", null);
            }
        }
        Map<String, byte[]> metadata = new HashMap<>();
        for (long left = file.readEntries(); left != 0; left = file.readEntries()) {
            for (; left > 0; left--) {
                String key = file.readString();
                byte[] value = file.readBytes();
                if (!file.keepsEntry()) {
                    throw Objects.requireNonNull(file.excess());
                }
                metadata.put(key, value);
            }
        }
        return new ContainerHeader(metadata, file.readBytes(DataFileConstants.SYNC_SIZE));
    }

    Optional<String> get(String key) {
        return Optional.ofNullable(metadata.get(key)).map(value -> new String(value, StandardCharsets.UTF_8));
    }

    /** Returns the name of the codec that compresses the blocks; a file that names none has them as they are. */
    String codec() {
        return get(DataFileConstants.CODEC).orElse(DataFileConstants.NULL_CODEC);
    }

    /**
     * Returns the schema of the file's records.
     *
     * @throws DamagedException if there is none, or it is no schema
     */
    Schema schema(ReadContext context) throws DamagedException {
        String json = get(DataFileConstants.SCHEMA).orElseThrow(() -> new DamagedException("it has no schema"));
        requireShallow(json);
        if (json.length() > LARGE_SCHEMA) {
            context.beforeLarge();
        }
        try {
            return new Schema.Parser().parse(json);
        } catch (RuntimeException e) {
            DamagedException damaged = new DamagedException("its schema is not valid");
            damaged.initCause(e);
            throw damaged;
        }
    }

    /** Brackets in texts count, too: a schema has few. */
    private static void requireShallow(String json) throws DamagedException {
        int depth = 0;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
            if (depth > DEEPEST) {
                throw new DamagedException("its schema is nested more than " + DEEPEST + " deep");
            }
        }
    }

    boolean isMarker(byte[] bytes) {
        return Arrays.equals(bytes, marker);
    }

    /** Passes over what is damaged, to behind the next marker, or to the end of the file if there is none. */
    void skipPastMarker(BinaryInput file) throws IOException {
        file.skipPast(marker);
    }
}
