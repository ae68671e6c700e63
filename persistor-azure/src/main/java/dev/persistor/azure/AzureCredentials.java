package dev.persistor.azure;

import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.util.Configuration;
import com.azure.core.util.ConfigurationBuilder;
import com.azure.identity.DefaultAzureCredentialBuilder;
import java.time.Duration;
import java.util.Map;

/** The credentials that Azure's own tools find, and the HTTP client by which they are fetched. */
final class AzureCredentials {

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(20);

    private AzureCredentials() {}

    static HttpClient http() {
        return new JdkHttpClientBuilder()
                .connectionTimeout(Duration.ofSeconds(5))
                .responseTimeout(REQUEST_TIMEOUT)
                .readTimeout(REQUEST_TIMEOUT)
                .writeTimeout(REQUEST_TIMEOUT)
                .build();
    }

    /** Returns managed identity, workload identity, or a service principal of the environment. */
    static TokenCredential ofEnvironment(HttpClient http, Map<String, String> environment) {
        Configuration configuration =
                new ConfigurationBuilder(path -> Map.of(), path -> Map.of(), path -> environment).build();
        return new DefaultAzureCredentialBuilder()
                .httpClient(http)
                .configuration(configuration)
                .build();
    }
}
