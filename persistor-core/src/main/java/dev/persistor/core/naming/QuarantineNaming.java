package dev.persistor.core.naming;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.store.BlobName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

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
        MessageDigest sha256 = PathValues.sha256();
        for (Attributes.Entry header : headers) {
            String value = header.value().text();
            String text = header.name().length() + ":" + header.name() + value.length() + ":" + value;
            sha256.update(text.getBytes(StandardCharsets.UTF_16BE));
        }
        sha256.update(content.duplicate());
        return BlobName.of(FOLDER + "/" + PathValues.encode(source, SOURCE_LIMIT) + "/"
                + HexFormat.of().formatHex(sha256.digest(), 0, DIGEST_BYTES) + ".bin");
    }
}
