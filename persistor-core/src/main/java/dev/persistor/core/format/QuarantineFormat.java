package dev.persistor.core.format;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An event that cannot be understood, as it came: its bytes are the blob's content; the reason, the source, the content
 * type and the headers are its metadata, with a sidecar where they exceed the store's limit.
 *
 * <p>Immutable.
 */
public final class QuarantineFormat {

    /** How this format is named in metadata. */
    public static final String NAME = "quarantine";

    static final String REASON = "persistor-reason";
    static final String CONTENT_TYPE = "persistor-content-type";
    private static final int MAX_REASON = 500;

    private QuarantineFormat() {}

    /** Returns the blobs that hold the event, in the order in which they must become durable. */
    public static List<Blob> encode(
            BlobName name,
            ByteBuffer content,
            String source,
            String contentType,
            Attributes headers,
            String reason,
            BlobLimits limits) {
        Map<String, String> base = new TreeMap<>();
        base.put(RawMetadata.FORMAT, NAME);
        base.put(REASON, reason.substring(0, Math.min(reason.length(), MAX_REASON)));
        Map<String, String> rest = new TreeMap<>();
        rest.put(RawMetadata.SOURCE, source);
        rest.put(CONTENT_TYPE, contentType);
        rest.put(RawMetadata.ATTRIBUTES, AttributesJson.encode(headers));
        Map<String, String> whole = new TreeMap<>(base);
        whole.putAll(rest);
        if (BlobMetadata.of(whole).encodedSize() <= limits.maxMetadataBytes()) {
            return List.of(blob(name, content, whole));
        }
        base.put(RawMetadata.SIDECAR, "true");
        return List.of(Sidecar.of(name, rest, Map.of()), blob(name, content, base));
    }

    private static Blob blob(BlobName name, ByteBuffer content, Map<String, String> metadata) {
        return Blob.of(name, content, "application/octet-stream", BlobMetadata.of(metadata));
    }
}
