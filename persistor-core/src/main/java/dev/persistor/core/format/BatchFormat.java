package dev.persistor.core.format;

import dev.persistor.core.message.Message;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.OpenBlob;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/**
 * A format whose blobs hold many messages, one after another. What such formats have in common is here: one blob, its
 * {@linkplain Manifest manifest} in the metadata, streams of messages both ways.
 *
 * <p>Implementations are safe for use by many threads.
 */
public abstract class BatchFormat implements MessageFormat {

    /** The typical size of a message without its payload. */
    private static final int ROOM_FOR_EACH = 256;

    /** For formats. */
    protected BatchFormat() {}

    /** Returns the MIME type of this format's blobs, as they are with their compression. */
    protected abstract String contentType();

    /**
     * Tells by a name alone whether a blob may be of this format, for blobs without Persistor's metadata: other programs'
     * files and copies.
     */
    protected abstract boolean isNamedLikeThis(BlobName name);

    /**
     * Returns how many bytes payloads of so many bytes may get from escapes and the like, so that the room for a blob is
     * made once and seldom grows by being copied.
     */
    protected abstract long mostAdded(long payloads);

    /**
     * Returns what writes messages to a stream, compressed as this format is. The same messages make the same bytes.
     *
     * @throws IOException if the stream fails
     */
    public abstract MessageEncoder encoder(OutputStream out) throws IOException;

    /** Reads within the default limits; see {@link #decoder(InputStream, BlobInfo, ReadContext)}. */
    public final MessageReader decoder(InputStream in, BlobInfo blob) {
        return decoder(in, blob, ReadContext.DEFAULT);
    }

    /**
     * Returns what reads messages out of a stream, however they are compressed. It compares their number with the blob's
     * {@linkplain Manifest manifest}, where there is one, and reads the stream to its end before it says that there are no
     * more messages.
     *
     * @param in the content, which stays its owner's to close; it throws what {@link OpenBlob#verifiedContent} throws, and an
     *     {@link IOException} of it is taken for damage
     * @param blob what the content is of: its name is for error messages, and files of other programs say in it what they
     *     do not say inside
     * @param context what is beyond its limits is damage
     * @throws FormatException if the content does not even begin like this format
     */
    public abstract MessageReader decoder(InputStream in, BlobInfo blob, ReadContext context);

    @Override
    public final boolean holdsBatches() {
        return true;
    }

    @Override
    public final List<Blob> encode(BlobName name, List<Message> messages, BlobLimits limits) {
        Content content = new Content(expectedSize(messages));
        try (MessageEncoder encoder = encoder(content)) {
            for (Message message : messages) {
                encoder.write(message);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return List.of(Blob.of(name, content.bytes(), contentType(), Manifest.metadata(name(), messages, limits)));
    }

    private long expectedSize(List<Message> messages) {
        long payloads = 0;
        for (Message message : messages) {
            payloads += message.payloadSize();
        }
        return payloads + mostAdded(payloads) + (long) ROOM_FOR_EACH * messages.size();
    }

    @Override
    public final boolean holdsMessages(BlobInfo blob) {
        Optional<String> format = blob.metadata().get(METADATA_KEY);
        return format.isPresent() ? format.get().equals(name()) : isNamedLikeThis(blob.name());
    }

    @Override
    public final MessageReader read(OpenBlob blob, BlobSource source, ReadContext context) {
        if (!holdsMessages(blob.info())) {
            throw new FormatException(blob.info().name() + " is not of the format " + name(), null);
        }
        return decoder(blob.verifiedContent(), blob.info(), context);
    }
}
