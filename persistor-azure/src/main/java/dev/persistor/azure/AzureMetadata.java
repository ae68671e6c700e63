package dev.persistor.azure;

import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Metadata as Blob Storage spells it, where keys are C# identifiers: {@code persistor_id} for {@code persistor-id}. A
 * blob's keys have no {@code _} of their own, so the spelling has a way back.
 */
final class AzureMetadata {

    /** The store's own key; it is no part of what a blob says of itself. */
    private static final String CRC32C = "persistor_crc32c";

    /** The metadata bytes for the store's own key, with its eight hexadecimal digits. */
    static final int OWN_BYTES = CRC32C.length() + 8;

    private AzureMetadata() {}

    static Map<String, String> encode(Blob blob) {
        Map<String, String> spelled = new TreeMap<>();
        blob.metadata().encoded().forEach((key, value) -> spelled.put(key.replace('-', '_'), value));
        spelled.put(CRC32C, HexFormat.of().toHexDigits(blob.crc32c()));
        return spelled;
    }

    static BlobInfo describe(
            BlobName name, @Nullable Long size, @Nullable String contentType, @Nullable Map<String, String> spelled) {
        Map<String, String> encoded = new HashMap<>();
        if (spelled != null) {
            spelled.forEach((key, value) -> encoded.put(key.replace('_', '-'), Objects.requireNonNullElse(value, "")));
        }
        String crc32c = encoded.remove(CRC32C.replace('_', '-'));
        BlobMetadata metadata = BlobMetadata.decode(encoded);
        String type = Objects.requireNonNullElse(contentType, BlobInfo.UNKNOWN_TYPE);
        long bytes = Objects.requireNonNullElse(size, 0L);
        // Other programs' blobs lack it, or have something else there.
        return crc32c == null || !crc32c.matches("[0-9a-f]{8}")
                ? BlobInfo.withoutChecksum(name, bytes, type, metadata)
                : BlobInfo.of(name, bytes, type, metadata, HexFormat.fromHexDigits(crc32c));
    }
}
