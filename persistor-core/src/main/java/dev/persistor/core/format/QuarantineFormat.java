package dev.persistor.core.format;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An event that cannot be understood, as it came: its bytes are the blob's content; the reason, the source, the content
 * type and the headers are its metadata, with a sidecar where they exceed the store's limit.
 *
 * <p>Immutable.
 */
public final class QuarantineFormat {

    /** The name of this format in metadata. */
    public static final String NAME = "quarantine";

    static final String REASON = "persistor-reason";
    static final String CONTENT_TYPE = "persistor-content-type";
    private static final int MAX_REASON = 500;
    private static final Set<String> LONG = Set.of(RawMetadata.ATTRIBUTES, RawMetadata.SOURCE, CONTENT_TYPE);

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
        BlobMetadata fields = BlobMetadata.builder()
                .put(RawMetadata.ATTRIBUTES, AttributesJson.encode(headers))
                .put(CONTENT_TYPE, contentType)
                .put(MessageFormat.METADATA_KEY, NAME)
                .put(REASON, reason.substring(0, Math.min(reason.length(), MAX_REASON)))
                .put(RawMetadata.SOURCE, source)
                .build();
        return Sidecar.split(Blob.of(name, content, Sidecar.CONTENT_TYPE, fields), LONG, Map::of, limits);
    }
}
