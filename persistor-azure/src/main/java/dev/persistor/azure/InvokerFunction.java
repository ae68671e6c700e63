package dev.persistor.azure;

import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import dev.persistor.core.config.Settings;
import dev.persistor.core.log.FailureText;
import dev.persistor.core.pull.invoke.Invoker;
import dev.persistor.core.pull.invoke.InvokerReport;
import dev.persistor.core.pull.invoke.InvokerSettings;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Calls a pull function many times at once, so that as many instances of it pull.
 *
 * <p>What it calls is in its settings alone. The body goes along with each call. The answer is an {@link InvokerReport}: 200 when
 * each call brought the report of a run in which nothing failed, else 503; 500 when the configuration has errors.
 *
 * <p>Thread-safe.
 */
public final class InvokerFunction {

    /** For the platform: reads the environment at the first request. */
    public InvokerFunction() {}

    /** Makes the calls and waits for all of them. */
    @FunctionName("Invoker")
    public HttpResponseMessage run(
            @HttpTrigger(
                            name = "request",
                            route = "invoke",
                            methods = {HttpMethod.POST},
                            authLevel = AuthorizationLevel.FUNCTION)
                    HttpRequestMessage<Optional<String>> request) {
        return PullRequests.invoke(request);
    }

    static Invoker open(Map<String, String> environment) {
        Settings settings = InvokerSettings.read(environment, AzureInvokerSettings.all());
        Optional<String> key = settings.find(AzureInvokerSettings.KEY);
        Optional<Invoker.Authentication> identity =
                settings.find(AzureInvokerSettings.AUDIENCE).map(audience -> identity(audience, environment));
        return new Invoker(settings, () -> {
            Map<String, String> headers = new TreeMap<>();
            key.ifPresent(secret -> headers.put("x-functions-key", secret));
            if (identity.isPresent()) {
                headers.putAll(identity.get().headers());
            }
            return headers;
        });
    }

    /** The credential keeps a token while it lasts. */
    private static Invoker.Authentication identity(String audience, Map<String, String> environment) {
        TokenCredential credential = AzureCredentials.ofEnvironment(new AzureHttpClient(), environment);
        TokenRequestContext scope = new TokenRequestContext().addScopes(audience + "/.default");
        return () -> {
            try {
                return Map.of(
                        "Authorization",
                        "Bearer " + credential.getTokenSync(scope).getToken());
            } catch (RuntimeException e) {
                throw new IOException(
                        "for " + audience + ": "
                                + AzureCredentials.whyNoToken(e).orElseGet(() -> FailureText.of(e)),
                        e);
            }
        };
    }
}
