package dev.persistor.core.naming;

import dev.persistor.core.store.Digest;
import dev.persistor.core.store.PercentEncoding;
import java.nio.charset.StandardCharsets;

/**
 * Makes any text a part of one segment of a path, and no two texts the same part.
 *
 * <p>Letters, digits, {@code -}, {@code _} and {@code .} stand for themselves; all else is percent-encoded, so that
 * neither {@code /} nor {@code \} nor a control character remains. A {@code .} or {@code _} in front is encoded as well,
 * because query engines take files and folders that begin so for hidden ones, and Persistor's own folders begin so; a
 * {@code .} at the end too, which Azure and Windows drop. What is left of the ASCII set, {@code ~}, says what no text can
 * say: a lone {@code ~} is the empty text, one before 32 hexadecimal digits ends a text that was too long, and
 * {@link #OTHER} is what a list leaves out.
 */
final class PathValues {

    static final String EMPTY = "~";

    /** The folder of all unlisted values; no text is encoded like this. */
    static final String OTHER = "~other";

    private static final char TRUNCATED = '~';
    private static final int DIGEST_BYTES = 16;

    /** The minimum length after truncation: {@code ~} and the digest. */
    static final int SHORTEST_LIMIT = 1 + 2 * DIGEST_BYTES;

    private static final PercentEncoding ENCODING = PercentEncoding.keeping("-_.");

    private PathValues() {}

    /**
     * Encodes a text.
     *
     * @param limit the most characters of the result, {@link #SHORTEST_LIMIT} or more
     */
    static String encode(String text, int limit) {
        if (text.isEmpty()) {
            return EMPTY;
        }
        String encoded = encodeEdges(ENCODING.encode(text));
        return encoded.length() <= limit ? encoded : truncate(encoded, text, limit);
    }

    private static String encodeEdges(String encoded) {
        char first = encoded.charAt(0);
        String result = encoded;
        if (first == '.' || first == '_') {
            result = (first == '.' ? "%2E" : "%5F") + result.substring(1);
        }
        return result.endsWith(".") ? result.substring(0, result.length() - 1) + "%2E" : result;
    }

    private static String truncate(String encoded, String text, int limit) {
        int end = limit - SHORTEST_LIMIT;
        int percent = encoded.lastIndexOf('%', end - 1);
        if (percent >= 0 && percent + 3 > end) {
            end = percent;
        }
        return encoded.substring(0, end) + TRUNCATED + digest(text);
    }

    /** Returns 128 bits of SHA-256 over the texts' UTF-8, each with its length before it, in hexadecimal. */
    static String digest(String... texts) {
        Digest digest = new Digest();
        for (String text : texts) {
            // Encoded first, because UTF-8 gives all lone surrogates the same byte.
            String encoded = ENCODING.encode(text);
            digest.add(StandardCharsets.US_ASCII.encode(encoded.length() + ":" + encoded));
        }
        return digest.hex(DIGEST_BYTES);
    }
}
