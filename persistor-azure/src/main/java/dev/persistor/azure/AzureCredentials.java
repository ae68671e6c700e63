package dev.persistor.azure;

import com.azure.core.credential.TokenCredential;
import com.azure.core.exception.ClientAuthenticationException;
import com.azure.core.http.HttpClient;
import com.azure.core.util.Configuration;
import com.azure.core.util.ConfigurationBuilder;
import com.azure.identity.DefaultAzureCredentialBuilder;
import dev.persistor.core.log.FailureText;
import java.util.Map;
import java.util.Optional;

/** The credentials that Azure's own tools find. */
final class AzureCredentials {

    private AzureCredentials() {}

    /** Returns managed identity, workload identity, or a service principal of the environment. */
    static TokenCredential ofEnvironment(HttpClient http, Map<String, String> environment) {
        Configuration configuration =
                new ConfigurationBuilder(path -> Map.of(), path -> Map.of(), path -> environment).build();
        return new DefaultAzureCredentialBuilder()
                .httpClient(http)
                .configuration(configuration)
                .build();
    }

    /** The library by which the credentials sign in has exceptions of its own, and no common type of them in its API. */
    private static boolean isOfLogin(Throwable failure) {
        return failure.getClass().getPackageName().startsWith("com.microsoft.aad.msal4j");
    }

    /** Returns why there is no token, if a call failed for that. The outer of the client's texts only refer to the inner ones. */
    static Optional<String> whyNoToken(Throwable failure) {
        boolean isOfCredentials = false;
        Throwable last = failure;
        for (Throwable each = failure; each != null; each = each.getCause()) {
            isOfCredentials |= each instanceof ClientAuthenticationException || isOfLogin(each);
            last = FailureText.firstLine(each).isEmpty() ? last : each;
        }
        if (!isOfCredentials) {
            return Optional.empty();
        }
        String inner = FailureText.firstLine(last);
        String why = FailureText.ofPlatform(failure).orElse(inner);
        return Optional.of(
                "no token of Microsoft Entra ID: " + why + "; give this machine a managed or workload identity, or set"
                        + " AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, and check that they have not expired");
    }
}
