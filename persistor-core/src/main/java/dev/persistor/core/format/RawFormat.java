package dev.persistor.core.format;

import dev.persistor.core.message.Message;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobNotFoundException;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.OpenBlob;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One message a blob: the blob's content <em>is</em> the payload, and everything else travels in the blob's metadata.
 *
 * <p>Clouds limit metadata. What exceeds the limit goes to a second blob, the sidecar {@code NAME.attributes.json},
 * written before the message's own: when that is there, the message is whole.
 *
 * <p>Immutable.
 */
public final class RawFormat {

    /** How this format is named in settings and metadata. */
    public static final String NAME = "raw";

    /** Makes the format. */
    public RawFormat() {}

    /** Returns what blobs of this format end with: Persistor does not guess what a payload is. */
    public String extension() {
        return ".bin";
    }

    /**
     * Returns the blobs that hold the message, in the order in which they must become durable: the sidecar, where there
     * is one, then the message's own blob.
     *
     * @param limits what the store can hold
     */
    public List<Blob> encode(BlobName name, Message message, BlobLimits limits) {
        return Sidecar.split(
                name,
                message.payload(),
                RawMetadata.shortFields(message),
                RawMetadata.senderFields(message),
                () -> Map.of(
                        RawMetadata.PUBLISH_TIME, message.publishTime().toString(),
                        RawMetadata.DIGEST, RawMetadata.digest(message)),
                limits);
    }

    /** Tells whether a blob is one of this format's that holds a message, which a sidecar is not. */
    public boolean isMessage(BlobInfo blob) {
        return blob.metadata().get(RawMetadata.FORMAT).filter(NAME::equals).isPresent();
    }

    /**
     * Reads the message back.
     *
     * @param blob the opened blob, which the caller closes
     * @param source where the sidecar is, if there is one
     * @throws FormatException if the blob is not of this format, or its metadata or sidecar is missing or damaged
     * @throws dev.persistor.core.store.BlobStoreException if reading fails, or the bytes are not those that were stored
     */
    public Message decode(OpenBlob blob, BlobSource source) {
        BlobInfo info = blob.info();
        if (!isMessage(info)) {
            throw new FormatException(
                    info.name() + " is no raw message: its " + RawMetadata.FORMAT + " is "
                            + info.metadata().get(RawMetadata.FORMAT).orElse("missing"),
                    null);
        }
        Map<String, String> fields = new TreeMap<>(info.metadata().asMap());
        try {
            if (fields.containsKey(RawMetadata.SIDECAR)) {
                fields.putAll(readSidecar(info.name(), source));
            }
            return RawMetadata.toMessage(fields).payload(blob.readVerified()).build();
        } catch (IOException | IllegalArgumentException e) {
            throw new FormatException(info.name() + " is damaged: " + e.getMessage(), e);
        }
    }

    private static Map<String, String> readSidecar(BlobName name, BlobSource source) throws IOException {
        BlobName sidecar = name.withSuffix(Sidecar.SUFFIX);
        try (OpenBlob blob = source.open(sidecar)) {
            return Sidecar.read(blob.readVerified());
        } catch (BlobNotFoundException e) {
            throw new IOException("its sidecar " + sidecar + " is not there", e);
        }
    }
}
