package dev.persistor.gcp;

import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import dev.persistor.core.config.Settings;
import dev.persistor.core.config.SettingsException;
import dev.persistor.core.pull.Invoker;
import dev.persistor.core.pull.InvokerReport;
import dev.persistor.core.pull.InvokerSettings;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls a pull function many times at once, whenever it is asked to by a POST, so that as many instances of it empty a
 * subscription: deploy it with the entry point {@code dev.persistor.gcp.InvokerFunction}.
 *
 * <p>What it calls is in its settings alone. The body goes along with each call. The answer is an {@link InvokerReport}: 200 when
 * each call brought the report of a run in which nothing failed, else 503; 500 when the configuration does not do.
 *
 * <p>Thread-safe.
 */
public final class InvokerFunction implements HttpFunction {

    private static final Logger LOG = LoggerFactory.getLogger(InvokerFunction.class);

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
        Optional<byte[]> body = PullRequests.read(request, response);
        if (body.isEmpty()) {
            return;
        }
        try {
            InvokerReport report = invoker().invoke(body.get());
            PullRequests.answer(response, report.isSuccess(), report.toJson());
        } catch (SettingsException e) {
            LOG.error("{}", e.getMessage());
            PullRequests.refuse(response, 500, "the configuration has problems; the log names them");
        }
    }
}
