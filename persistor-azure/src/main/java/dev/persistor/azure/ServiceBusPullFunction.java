package dev.persistor.azure;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import dev.persistor.core.pull.PullReport;
import java.util.Optional;

/**
 * Archives what waits in a queue or in a topic's subscription, and empties it, whenever it is asked to; with sessions, several of
 * them at the same time. It is in an app that was built with {@code -Ppull}.
 *
 * <p>Messages are received under locks, which are renewed while they are held. One is completed when it is durable, and
 * abandoned when it may not be. A run ends when it has as many messages as it may, when its time is over, or when nothing
 * has come for a while. The body may lower the first two, as in {@code {"messages": 1000, "seconds": 30}}. The answer is a
 * {@link PullReport}: 200 when all that was received is durable, 503 when something may not be.
 *
 * <p>Thread-safe.
 */
public final class ServiceBusPullFunction {

    /** For the platform: reads the environment at the first request. */
    public ServiceBusPullFunction() {}

    /** Archives until a limit is reached. */
    @FunctionName("ServiceBusPull")
    public HttpResponseMessage run(
            @HttpTrigger(
                            name = "request",
                            route = "pull/servicebus",
                            methods = {HttpMethod.POST},
                            authLevel = AuthorizationLevel.FUNCTION)
                    HttpRequestMessage<Optional<String>> request) {
        return PullRequests.pull(request, ServiceBusPull::archive);
    }
}
