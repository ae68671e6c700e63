package dev.persistor.gcp;

import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import dev.persistor.core.config.Settings;
import dev.persistor.core.pull.PullEndpoint;
import dev.persistor.core.pull.invoke.Invoker;
import dev.persistor.core.pull.invoke.InvokerReport;
import dev.persistor.core.pull.invoke.InvokerSettings;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Calls a pull function many times at once, whenever it is asked to by a POST, so that as many instances of it empty a
 * subscription: deploy it with the entry point {@code dev.persistor.gcp.InvokerFunction}.
 *
 * <p>What it calls is in its settings alone. The body goes along with each call. The answer is an {@link InvokerReport}: 200 when
 * each call brought the report of a run in which nothing failed, else 503; 500 when the configuration has errors.
 *
 * <p>Thread-safe.
 */
public final class InvokerFunction implements HttpFunction {

    private final Map<String, String> environment;
    private @Nullable Invoker invoker;

    /** For the platform: reads the environment at the first request. */
    public InvokerFunction() {
        this.environment = System.getenv();
    }

    private synchronized Invoker invoker() {
        if (invoker == null) {
            Settings settings = InvokerSettings.read(environment, GcpInvokerSettings.all());
            invoker = new Invoker(settings, authentication(settings));
        }
        return invoker;
    }

    private static Invoker.Authentication authentication(Settings settings) {
        return switch (settings.get(GcpInvokerSettings.AUTHENTICATION)) {
            case NONE -> Map::of;
            case IDENTITY ->
                new IdentityTokens(settings.find(GcpInvokerSettings.AUDIENCE)
                        .orElseGet(() -> settings.get(InvokerSettings.TARGET).toString()));
        };
    }

    @Override
    public void service(HttpRequest request, HttpResponse response) throws IOException {
        byte[] body = PullRequests.body(request);
        PullRequests.answer(
                response,
                PullEndpoint.answer(
                        request.getMethod(),
                        () -> body,
                        sent -> invoker().invoke(sent).response()));
    }
}
