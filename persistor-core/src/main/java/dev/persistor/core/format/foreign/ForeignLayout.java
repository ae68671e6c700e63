package dev.persistor.core.format.foreign;

import dev.persistor.core.format.Compression;
import dev.persistor.core.format.FormatException;
import dev.persistor.core.format.MessageFormat;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.format.ReadContext;
import dev.persistor.core.format.ReadableFormat;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.OpenBlob;
import java.io.InputStream;
import java.util.Objects;

/**
 * Names and content of another program's blobs. A blob is recognised by its name alone; one that says
 * in its metadata that Persistor wrote it never is.
 *
 * <p>Files may have been compressed since, with {@code .gz} or {@code .zst} behind their names: they are read as if they were not.
 *
 * <p>Implementations are safe for use by many threads.
 */
public abstract class ForeignLayout implements ReadableFormat {

    private final String name;

    /** For layouts, each with the name by which users ask for it. */
    protected ForeignLayout(String name) {
        this.name = Objects.requireNonNull(name, "name");
    }

    /** Tells whether the other program may have given this name. */
    protected abstract boolean isNamedLikeThis(BlobName blob);

    /**
     * Returns what reads messages out of a stream.
     *
     * @param in the content, which stays its owner's to close; it throws what {@link OpenBlob#verifiedContent} throws
     * @param blob what the content is of; its name, or {@linkplain #nameOfPlain the one before compression}, is
     *     {@linkplain #isNamedLikeThis of this layout}
     * @param context what is beyond its limits is damage
     * @throws FormatException if the content does not even begin like this layout's
     */
    protected abstract MessageReader reader(InputStream in, BlobInfo blob, ReadContext context);

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final boolean holdsMessages(BlobInfo blob) {
        return blob.metadata().get(MessageFormat.METADATA_KEY).isEmpty()
                && (isNamedLikeThis(blob.name()) || isNamedLikeThis(nameOfPlain(blob.name())));
    }

    /** Returns the name that a file had before it was compressed, as far as its suffix tells. */
    protected static BlobName nameOfPlain(BlobName blob) {
        for (Compression compression : Compression.values()) {
            String suffix = compression.suffix();
            String plain = blob.value().substring(0, Math.max(0, blob.value().length() - suffix.length()));
            if (!suffix.isEmpty() && blob.value().endsWith(suffix) && !plain.isEmpty() && !plain.endsWith("/")) {
                return BlobName.of(plain);
            }
        }
        return blob;
    }

    @Override
    public final MessageReader read(OpenBlob blob, BlobSource source, ReadContext context) {
        if (!holdsMessages(blob.info())) {
            throw new FormatException(blob.info().name() + " is not of the layout " + name, null);
        }
        return reader(blob.verifiedContent(), blob.info(), context);
    }
}
