package dev.persistor.core.format;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobName;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

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
        Map<String, String> shortFields =
                Map.of(RawMetadata.FORMAT, NAME, REASON, reason.substring(0, Math.min(reason.length(), MAX_REASON)));
        Map<String, String> longFields = Map.of(
                RawMetadata.SOURCE,
                source,
                CONTENT_TYPE,
                contentType,
                RawMetadata.ATTRIBUTES,
                AttributesJson.encode(headers));
        return Sidecar.split(name, content, shortFields, longFields, Map::of, limits);
    }
}
