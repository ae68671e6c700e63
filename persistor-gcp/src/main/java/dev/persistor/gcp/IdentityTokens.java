package dev.persistor.gcp;

import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.IdTokenCredentials;
import com.google.auth.oauth2.IdTokenProvider;
import dev.persistor.core.pull.invoke.Invoker;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Shows who calls by identity tokens of the service account that the platform gives, for a service of Cloud Run or a function
 * that takes no others: https://cloud.google.com/run/docs/authenticating/service-to-service.
 *
 * <p>Thread-safe.
 */
final class IdentityTokens implements Invoker.Authentication {

    private final String audience;
    private @Nullable IdTokenCredentials tokens;

    IdentityTokens(String audience) {
        this.audience = audience;
    }

    @Override
    public Map<String, String> headers() throws IOException {
        Map<String, String> headers = new TreeMap<>();
        tokens().getRequestMetadata().forEach((name, values) -> headers.put(name, String.join(",", values)));
        return headers;
    }

    /** They fetch a token when there is none that lasts. */
    private synchronized IdTokenCredentials tokens() throws IOException {
        if (tokens == null) {
            GoogleCredentials credentials = GoogleCredentials.getApplicationDefault();
            if (!(credentials instanceof IdTokenProvider provider)) {
                throw new IOException("the credentials cannot create identity tokens; run this as a service account");
            }
            tokens = IdTokenCredentials.newBuilder()
                    .setIdTokenProvider(provider)
                    .setTargetAudience(audience)
                    .build();
        }
        return tokens;
    }
}
