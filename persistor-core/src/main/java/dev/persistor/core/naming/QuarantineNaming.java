package dev.persistor.core.naming;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.Digest;
import java.nio.ByteBuffer;

/**
 * Names what cannot be understood, and so has no id: by a digest of what came, so that the same event that comes again
 * finds its blob.
 *
 * <p>Immutable.
 */
public final class QuarantineNaming {

    /** The folder of all quarantined events; no path template can name it. */
    public static final String FOLDER = "_quarantine";

    private static final int SOURCE_LIMIT = 120;
    private static final int DIGEST_BYTES = 16;

    private QuarantineNaming() {}

    /** Returns {@code _quarantine/SOURCE/DIGEST.bin}. */
    public static BlobName nameOf(String source, ByteBuffer content, Attributes headers) {
        Digest digest = new Digest();
        for (Attributes.Entry header : headers) {
            digest.add(header.name()).add(header.value().text());
        }
        String hex = digest.add(content).hex(DIGEST_BYTES);
        return BlobName.of(FOLDER + "/" + PathValues.encode(source, SOURCE_LIMIT) + "/" + hex + ".bin");
    }
}
