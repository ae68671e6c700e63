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
 * Archives what is new in an event hub whenever it is asked to, all partitions at the same time, from where it last got to. It
 * is in an app that was built with {@code -Ppull}.
 *
 * <p>How far it got is noted in Blob Storage once all before it is durable; a run from an older note finds what
 * is there and writes nothing twice. A run ends when it has as many events as it may, when its time is over, or when
 * nothing has come for a while. The body may lower the first two, as in {@code {"messages": 1000, "seconds": 30}}. The
 * answer is a {@link PullReport}: 200 when all that was received is durable, 503 when something may not be.
 *
 * <p>Thread-safe.
 */
public final class EventHubPullFunction {

    /** For the platform: reads the environment at the first request. */
    public EventHubPullFunction() {}

    /** Archives until a limit is reached. */
    @FunctionName("EventHubPull")
    public HttpResponseMessage run(
            @HttpTrigger(
                            name = "request",
                            route = "pull/eventhub",
                            methods = {HttpMethod.POST},
                            authLevel = AuthorizationLevel.FUNCTION)
                    HttpRequestMessage<Optional<String>> request) {
        return PullRequests.pull(request, EventHubPull::archive);
    }
}
