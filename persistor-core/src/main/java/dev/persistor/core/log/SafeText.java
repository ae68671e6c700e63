package dev.persistor.core.log;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps secrets, and what could forge a line, out of logs, reports, responses and exceptions.
 *
 * <p>Thread-safe.
 */
public final class SafeText {

    private static final String HIDDEN = "***";

    /** The query of an address is where functions have keys, stores have signatures, and uploads have their sessions. */
    private static final Pattern ADDRESS =
            Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*://)(?:[^\\s/?#@\"'<>]*@)?([^\\s?#\"'<>]*)([?#][^\\s\"'<>]*)?");

    private static final Pattern NAMED_SECRET = Pattern.compile(
            "(?i)\\b(SharedAccessKey|AccountKey|SharedAccessSignature|sig|upload_id|password|passwd|pwd|client_secret"
                    + "|secret|access_token|refresh_token|api[_-]?key|x-functions-key)(\\s*=\\s*)"
                    + "(\"[^\"]*\"|'[^']*'|[^\\s;,&\"'}\\])]+)");

    private static final Pattern CREDENTIAL =
            Pattern.compile("\\b((?i:Bearer|SharedAccessSignature|SharedKey)|Basic)\\s+[A-Za-z0-9._~+/=&%:-]{8,}");

    private SafeText() {}

    /** Returns a text as one line: what could move the cursor or break the line is written as {@code \}{@code uXXXX}. */
    public static String line(String text) {
        if (text.codePoints().allMatch(SafeText::isPrintable)) {
            return text;
        }
        StringBuilder safe = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(point -> {
            if (isPrintable(point)) {
                safe.appendCodePoint(point);
            } else {
                for (char unit : Character.toChars(point)) {
                    safe.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
                }
            }
        });
        return safe.toString();
    }

    private static boolean isPrintable(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    /** Returns an address without what may be secret in it: user, query and fragment. */
    public static String address(URI address) {
        String text = address.toString();
        int end = text.length();
        for (char mark : new char[] {'?', '#'}) {
            int at = text.indexOf(mark);
            end = at < 0 ? end : Math.min(end, at);
        }
        String user = address.getRawUserInfo();
        String shown = text.substring(0, end);
        return user == null ? shown : shown.replace(user + "@", "");
    }

    /** Returns a text of another library, or with a value that a user wrote, without the secrets that such texts hold. */
    public static String withoutSecrets(String text) {
        String shown = text;
        if (shown.contains("://")) {
            shown = ADDRESS.matcher(shown)
                    .replaceAll(found -> Matcher.quoteReplacement(found.group(1)
                            + found.group(2)
                            + (found.group(3) == null ? "" : found.group(3).charAt(0) + HIDDEN)));
        }
        if (shown.indexOf('=') >= 0) {
            shown = NAMED_SECRET.matcher(shown).replaceAll("$1$2" + Matcher.quoteReplacement(HIDDEN));
        }
        return CREDENTIAL.matcher(shown).replaceAll("$1 " + Matcher.quoteReplacement(HIDDEN));
    }

    /**
     * Returns a failure whose texts hold no secrets, nor those of its causes: the same where that is so already, otherwise one that
     * names its class and has its stack trace.
     */
    public static @Nullable Throwable withoutSecrets(@Nullable Throwable failure) {
        return failure == null || failure instanceof Error || isSafe(failure, 0)
                ? failure
                : new RedactedException(failure, 0);
    }

    private static boolean isSafe(Throwable failure, int depth) {
        String text = String.valueOf(failure.getMessage());
        if (!withoutSecrets(text).equals(text)) {
            return false;
        }
        if (depth >= RedactedException.MOST_CAUSES) {
            return true;
        }
        for (Throwable suppressed : failure.getSuppressed()) {
            if (!isSafe(suppressed, depth + 1)) {
                return false;
            }
        }
        Throwable cause = failure.getCause();
        return cause == null || isSafe(cause, depth + 1);
    }

    /** Stands for a failure whose texts hold secrets. */
    private static final class RedactedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        /** Causes may be a circle. */
        private static final int MOST_CAUSES = 16;

        RedactedException(Throwable failure, int depth) {
            super(
                    failure.getClass().getName() + ": " + withoutSecrets(String.valueOf(failure.getMessage())),
                    causeOf(failure, depth));
            setStackTrace(failure.getStackTrace());
            if (depth < MOST_CAUSES) {
                for (Throwable suppressed : failure.getSuppressed()) {
                    addSuppressed(new RedactedException(suppressed, depth + 1));
                }
            }
        }

        private static @Nullable Throwable causeOf(Throwable failure, int depth) {
            Throwable cause = failure.getCause();
            return cause == null || depth >= MOST_CAUSES ? null : new RedactedException(cause, depth + 1);
        }
    }
}
