package dev.persistor.core.write;

import dev.persistor.core.format.MessageFormat;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.Digest;
import java.nio.charset.StandardCharsets;

/**
 * Makes the blobs in which Persistor notes something about a store. No listing of messages has them. The same note always has the same
 * name and content.
 *
 * <p>Thread-safe.
 */
public final class StoreNotes {

    private static final int DIGEST_BYTES = 16;

    private StoreNotes() {}

    /** Returns the note of a template by which the store's blobs were named. */
    public static Blob template(PathTemplate template) {
        String digest = new Digest().add(template.toString()).hex(DIGEST_BYTES);
        return of(BlobName.TEMPLATES + digest, "template", "{\"path\":" + quoted(template.toString()) + "}\n");
    }

    /**
     * Returns a note.
     *
     * @param name begins with {@link BlobName#NOTES}, and has no extension
     * @param format what the note is, in its metadata
     * @param json its content
     */
    public static Blob of(String name, String format, String json) {
        return Blob.of(
                BlobName.of(name + ".json"),
                json.getBytes(StandardCharsets.UTF_8),
                "application/json",
                BlobMetadata.builder().put(MessageFormat.METADATA_KEY, format).build());
    }

    /** A template holds no control character, and no quote or backslash outside of an attribute's name or a fallback. */
    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
