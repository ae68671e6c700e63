package dev.persistor.core.format;

import dev.persistor.core.message.Message;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobNotFoundException;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.OpenBlob;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One message a blob: the blob's content <em>is</em> the payload, and everything else travels in the blob's metadata.
 *
 * <p>Clouds limit metadata. What exceeds the limit goes to a second blob, the sidecar {@code NAME.attributes.json},
 * written before the message's own: when that is there, the message is whole.
 *
 * <p>Immutable.
 */
public final class RawFormat implements MessageFormat {

    /** The name of this format in settings and metadata. */
    public static final String NAME = "raw";

    /** Makes the format. */
    public RawFormat() {}

    @Override
    public String name() {
        return NAME;
    }

    /** Says that Persistor does not guess what a payload is: {@code .bin}. */
    @Override
    public String extension() {
        return ".bin";
    }

    @Override
    public boolean holdsBatches() {
        return false;
    }

    /** Returns the sidecar, where there is one, and then the message's own blob. */
    @Override
    public List<Blob> encode(BlobName name, List<Message> messages, BlobLimits limits) {
        if (messages.size() != 1) {
            throw new IllegalArgumentException("a raw blob holds one message, not " + messages.size());
        }
        Message message = messages.get(0);
        BlobMetadata metadata = RawMetadata.of(message);
        Blob whole = Blob.of(name, message.payload(), Sidecar.CONTENT_TYPE, metadata, message.payloadCrc32c());
        return Sidecar.split(
                whole,
                RawMetadata.SENDERS,
                () -> Map.of(
                        RawMetadata.PUBLISH_TIME, message.publishTime().toString(),
                        RawMetadata.DIGEST, metadata.get(RawMetadata.DIGEST).orElseThrow()),
                limits);
    }

    /**
     * Returns everything of a message but its payload, as the metadata of a raw blob has it where there is room for all:
     * visible ASCII, in the order of the keys.
     */
    public static Map<String, String> describe(Message message) {
        return RawMetadata.of(message).encoded();
    }

    /**
     * Returns the message of a raw blob without its payload, as far as the blob's metadata tells all of it.
     *
     * @return empty for other blobs, for one whose metadata has a sidecar, and where the metadata is damaged
     */
    public static Optional<Message> described(BlobInfo blob) {
        Map<String, String> fields = isRaw(blob) ? blob.metadata().asMap() : Map.of();
        if (fields.isEmpty() || fields.containsKey(RawMetadata.SIDECAR)) {
            return Optional.empty();
        }
        try {
            return Optional.of(RawMetadata.toMessage(fields, ReadLimits.DEFAULT).build());
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Tells whether a blob holds what another blob's metadata has no room for. */
    public static boolean isSidecar(BlobInfo blob) {
        return blob.metadata()
                .get(METADATA_KEY)
                .filter(Sidecar.FORMAT_NAME::equals)
                .isPresent();
    }

    /** Tells whether a blob's content is the payload of a message, and nothing else. */
    public static boolean isRaw(BlobInfo blob) {
        return blob.metadata().get(METADATA_KEY).filter(NAME::equals).isPresent();
    }

    @Override
    public boolean holdsMessages(BlobInfo blob) {
        return isRaw(blob);
    }

    @Override
    public MessageReader read(OpenBlob blob, BlobSource source, ReadContext context) {
        return new SingleMessageReader(blob.info().name(), () -> decode(blob, source, context));
    }

    /** Decodes within the default limits; see {@link #decode(OpenBlob, BlobSource, ReadContext)}. */
    public Message decode(OpenBlob blob, BlobSource source) {
        return decode(blob, source, ReadContext.DEFAULT);
    }

    /**
     * Reads the message back.
     *
     * @param blob the opened blob, which the caller closes
     * @param source where the sidecar is, if there is one
     * @param context what is beyond its limits is damage
     * @throws FormatException if the blob is not of this format, or its metadata or sidecar is missing or damaged
     * @throws dev.persistor.core.store.BlobStoreException if reading fails, or the bytes are not those that were stored
     */
    public Message decode(OpenBlob blob, BlobSource source, ReadContext context) {
        BlobInfo info = blob.info();
        if (!holdsMessages(info)) {
            throw new FormatException(
                    info.name() + " is not a raw message: its " + METADATA_KEY + " is "
                            + info.metadata().get(METADATA_KEY).orElse("missing"),
                    null);
        }
        Map<String, String> fields = new TreeMap<>(info.metadata().asMap());
        try {
            admit(info, ReadLimit.PAYLOAD, context);
            if (fields.containsKey(RawMetadata.SIDECAR)) {
                fields.putAll(readSidecar(info.name(), source, context));
            }
            return RawMetadata.toMessage(fields, context.limits())
                    .payload(blob.readVerified())
                    .build();
        } catch (IOException | IllegalArgumentException e) {
            throw new FormatException(info.name() + " is damaged: " + e.getMessage(), e);
        }
    }

    /** Refuses what is too large, and waits until what is large may be held. */
    private static void admit(BlobInfo blob, ReadLimit limit, ReadContext context) throws IOException {
        context.limits().check(limit, blob.size());
        if (blob.size() > ReadContext.LARGE) {
            context.beforeLarge();
        }
    }

    private static Map<String, String> readSidecar(BlobName name, BlobSource source, ReadContext context)
            throws IOException {
        BlobName sidecar = name.withSuffix(Sidecar.SUFFIX);
        try (OpenBlob blob = source.open(sidecar)) {
            admit(blob.info(), ReadLimit.LINE, context);
            return Sidecar.read(blob.readVerified());
        } catch (BlobNotFoundException e) {
            throw new IOException("its sidecar " + sidecar + " does not exist", e);
        }
    }
}
