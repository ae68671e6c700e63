package dev.persistor.core.archive;

import dev.persistor.core.format.FormatException;
import dev.persistor.core.store.BlobDamagedException;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobNotFoundException;
import dev.persistor.core.store.BlobStoreException;

/**
 * A blob that could not be read, or not whole. What is whole in it was read.
 *
 * <p>Immutable.
 *
 * @param described the blob, as the store listed it
 * @param kind what that means
 * @param reason what is wrong and where; holds no payload
 */
public record Finding(BlobInfo described, Kind kind, String reason) {

    /** The reason why a blob could not be read. */
    public enum Kind {
        /** The blob is altered or truncated, or a part of it is missing. Reading it again gives the same. */
        DAMAGED,
        /** The blob exists and cannot be read now: no permission, an archive tier, a store that is not reached. */
        UNREADABLE,
        /** Another program wrote the blob. It holds no messages that can be read here. */
        FOREIGN,
        /** The blob was listed, and did not exist any more when it was opened. A lifecycle rule of the store may have deleted it. */
        EXPIRED
    }

    /** Returns the name of the blob. */
    public BlobName blob() {
        return described.name();
    }

    /** Tells whether messages of the archive were not read because of this: always, unless the blob is foreign. */
    public boolean hidesMessages() {
        return kind != Kind.FOREIGN;
    }

    /** Returns what a failure to read a blob means. */
    static Finding of(BlobInfo blob, RuntimeException failure) {
        return new Finding(blob, kindOf(failure), reason(failure));
    }

    /** Returns that a store describes a blob whose content it has lost. */
    public static Finding ofLostContent(BlobInfo blob) {
        return new Finding(
                blob,
                Kind.DAMAGED,
                "the store has its description but not its content: the content was deleted, or its writer died before"
                        + " the blob was complete, and then the message was never acknowledged. If its messages are"
                        + " elsewhere, remove the description .persistor/blobs/" + blob.name());
    }

    private static Kind kindOf(RuntimeException failure) {
        if (failure instanceof FormatException format) {
            return format.isForeign() ? Kind.FOREIGN : Kind.DAMAGED;
        }
        if (failure instanceof BlobDamagedException) {
            return Kind.DAMAGED;
        }
        return failure instanceof BlobNotFoundException ? Kind.EXPIRED : Kind.UNREADABLE;
    }

    private static String reason(RuntimeException failure) {
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        if (failure instanceof BlobDamagedException) {
            return message + ". None of its messages is returned, because any of them may be altered";
        }
        if (failure instanceof BlobNotFoundException) {
            return "it was deleted after it was listed, possibly by a lifecycle rule";
        }
        // A fault of ours or of a library's must not pass for damage.
        return failure instanceof FormatException || failure instanceof BlobStoreException
                ? message
                : "reading it failed unexpectedly (" + failure + "); please report this as a bug in Persistor";
    }
}
