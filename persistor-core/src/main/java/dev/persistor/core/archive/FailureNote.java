package dev.persistor.core.archive;

import dev.persistor.core.store.BlobMetadata;
import java.util.Optional;

/**
 * The reason why a replay could not publish a message. It is in the metadata of the blob with the message, not in the message.
 *
 * <p>Immutable.
 *
 * @param target where the message should have gone
 * @param reason why it did not
 */
public record FailureNote(String target, String reason) {

    private static final BlobMetadata.Key TARGET = new BlobMetadata.Key("persistor-failed-target");
    private static final BlobMetadata.Key REASON = new BlobMetadata.Key("persistor-failed-reason");

    /** Returns the note in a blob's metadata, if there is one. */
    public static Optional<FailureNote> of(BlobMetadata metadata) {
        return metadata.get(REASON.text())
                .map(reason -> new FailureNote(metadata.get(TARGET.text()).orElse(""), reason));
    }

    /** Returns metadata with this note. */
    public BlobMetadata addedTo(BlobMetadata metadata) {
        BlobMetadata.Builder builder = BlobMetadata.builder();
        metadata.asMap().forEach(builder::put);
        return builder.put(TARGET, target).put(REASON, reason).build();
    }
}
