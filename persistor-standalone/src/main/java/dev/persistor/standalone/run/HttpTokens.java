package dev.persistor.standalone.run;

import dev.persistor.core.config.Settings;
import dev.persistor.standalone.run.config.CaptureSettings;
import dev.persistor.standalone.run.config.TokenFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens that let senders in. Several are valid at a time, so that they can be changed one after another. A file of tokens is read
 * again when it is a second old; while it cannot be read, the tokens that it had before stay valid.
 *
 * <p>Thread-safe.
 */
final class HttpTokens {

    private static final Logger LOG = LoggerFactory.getLogger(HttpTokens.class);
    private static final String SCHEME = "Bearer ";
    private static final long FRESH = TimeUnit.SECONDS.toNanos(1);

    private final List<String> fixed;
    private final Optional<TokenFile> file;
    /** The last content of the file. Guarded by this, as are the following fields. */
    private List<String> read = List.of();

    private long readAt;
    private boolean isUnreadable;

    private HttpTokens(List<String> fixed, Optional<TokenFile> file) {
        this.fixed = List.copyOf(fixed);
        this.file = file;
        file.ifPresent(this::read);
    }

    /** Returns the tokens of a capture's settings. */
    static HttpTokens of(Settings settings) {
        return new HttpTokens(
                settings.find(CaptureSettings.HTTP_TOKEN).orElse(List.of()),
                settings.find(CaptureSettings.HTTP_TOKEN_FILE));
    }

    /** Tells whether a sender with this header may send, in a time that does not tell how much of a token is right. */
    boolean letIn(Optional<String> authorization) {
        if (fixed.isEmpty() && file.isEmpty()) {
            return true;
        }
        String header = authorization.orElse("");
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        byte[] shown = bytes(header.substring(SCHEME.length()).strip());
        boolean isKnown = false;
        for (String token : valid()) {
            isKnown |= MessageDigest.isEqual(bytes(token), shown);
        }
        return isKnown;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private synchronized List<String> valid() {
        if (file.isPresent() && System.nanoTime() - readAt > FRESH) {
            read(file.get());
        }
        List<String> all = new ArrayList<>(fixed);
        all.addAll(read);
        return all;
    }

    private void read(TokenFile tokens) {
        readAt = System.nanoTime();
        try {
            read = tokens.read();
            isUnreadable = false;
        } catch (IOException | IllegalArgumentException e) {
            if (!isUnreadable) {
                LOG.error(
                        "The tokens of {} cannot be read; the tokens read before stay valid:" + " {}",
                        tokens,
                        e.getMessage());
            }
            isUnreadable = true;
        }
    }
}
