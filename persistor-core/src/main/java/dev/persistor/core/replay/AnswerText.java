package dev.persistor.core.replay;

import dev.persistor.core.log.SafeText;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The beginning of the body of an answer, which says why a request was refused. The rest is read and forgotten.
 *
 * <p>Thread-safe.
 */
final class AnswerText {

    /** More than is shown, so that a secret that begins in what is shown is found as a whole. */
    private static final int MOST_BYTES = 4_096;

    private static final int MOST_CHARACTERS = 300;

    private final ByteArrayOutputStream first = new ByteArrayOutputStream();

    /** Takes the next part of the body; nothing at its end. */
    synchronized void add(Optional<byte[]> part) {
        part.ifPresent(bytes -> first.write(bytes, 0, Math.min(bytes.length, MOST_BYTES - first.size())));
    }

    /**
     * Returns the text in quotes behind a colon, on one line, with control characters escaped and cut where it is long; nothing
     * where there is none.
     *
     * @param safe removes secrets
     */
    String shown(UnaryOperator<String> safe) {
        String text = safe.apply(decoded()).strip();
        if (text.isEmpty()) {
            return "";
        }
        boolean isLong = text.codePointCount(0, text.length()) > MOST_CHARACTERS;
        String shown = isLong ? text.substring(0, text.offsetByCodePoints(0, MOST_CHARACTERS)) : text;
        return ": \"" + SafeText.line(shown) + (isLong ? "..." : "") + "\"";
    }

    /** A character of which only the first bytes were kept is left out. */
    private synchronized String decoded() {
        CharBuffer text = CharBuffer.allocate(first.size());
        StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .decode(ByteBuffer.wrap(first.toByteArray()), text, false);
        return text.flip().toString();
    }
}
