package dev.persistor.avro;

import dev.persistor.core.format.FormatException;
import dev.persistor.core.store.BlobName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileConstants;

/** What a container file begins with: its schema, its codec, and the marker that stands behind each of its blocks. */
final class ContainerHeader {

    /** A schema of this length has never been seen; a damaged length is not to fill the memory. */
    private static final int LONGEST_METADATA = 16 * 1024 * 1024;

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
                throw new FormatException(name + " is no Avro file: it does not begin like one", null);
            }
        }
        Map<String, byte[]> metadata = new HashMap<>();
        for (long left = file.readEntries(); left != 0; left = file.readEntries()) {
            for (; left > 0; left--) {
                String key = new String(readShort(file), StandardCharsets.UTF_8);
                metadata.put(key, readShort(file));
            }
        }
        return new ContainerHeader(metadata, file.readBytes(DataFileConstants.SYNC_SIZE));
    }

    private static byte[] readShort(BinaryInput file) throws IOException {
        long length = file.readLong();
        if (length < 0 || length > LONGEST_METADATA) {
            throw new DamagedException("it has a length of " + length);
        }
        return file.readBytes((int) length);
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
    Schema schema() throws DamagedException {
        String json = get(DataFileConstants.SCHEMA).orElseThrow(() -> new DamagedException("it has no schema"));
        try {
            return new Schema.Parser().parse(json);
        } catch (AvroRuntimeException e) {
            DamagedException damaged = new DamagedException("what it has for a schema is none");
            damaged.initCause(e);
            throw damaged;
        }
    }

    boolean isMarker(byte[] bytes) {
        return Arrays.equals(bytes, marker);
    }
}
