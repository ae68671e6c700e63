package dev.persistor.azure;

import com.azure.messaging.eventhubs.EventHubClientBuilder;
import com.azure.messaging.eventhubs.EventHubConsumerAsyncClient;
import com.azure.storage.blob.BlobContainerAsyncClient;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import dev.persistor.core.Capture;
import dev.persistor.core.LogCapture;
import dev.persistor.core.config.Setting;
import dev.persistor.core.config.Settings;
import dev.persistor.core.config.SettingsException;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.PullReport;
import dev.persistor.core.pull.PullRun;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Archives what is new in an event hub whenever it is asked to, all partitions at the same time, from where it last got to. It
 * is in an app that was built with {@code -Ppull}.
 *
 * <p>How far it got is noted in Blob Storage once all before it is durable; whoever begins again from an older note finds what
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
        return PullRequests.answer(request, body -> {
            Capture capture = FunctionApp.capture();
            PullLimits limits = PullLimits.of(capture.settings()).lowered(body);
            return PullRequests.Report.of(archive(capture, limits, System.getenv()));
        });
    }

    static PullReport archive(Capture capture, PullLimits limits, Map<String, String> environment) {
        try (EventHubLog log = open(capture, environment);
                LogCapture logs = capture.logs(Duration.ZERO)) {
            return PullRun.start(capture, logs, limits, log).pullFrom(log);
        }
    }

    private static EventHubLog open(Capture capture, Map<String, String> environment) {
        Settings settings = capture.settings();
        requireAll(settings, AzureSettings.EVENT_HUB_NAME, EventHubPullSettings.CHECKPOINTS);
        String hub = settings.get(AzureSettings.EVENT_HUB_NAME);
        String group = settings.find(AzureSettings.EVENT_HUB_CONSUMER_GROUP)
                .orElse(EventHubClientBuilder.DEFAULT_CONSUMER_GROUP_NAME);
        int prefetch = settings.get(EventHubPullSettings.PREFETCH);
        MessagingConnection connection = MessagingConnection.of("EVENT_HUB_CONNECTION", environment);
        BlobContainerAsyncClient container =
                AzureBlobStoreProvider.container(settings.get(EventHubPullSettings.CHECKPOINTS), environment);
        EventHubConsumerAsyncClient client = client(connection, hub, environment)
                .consumerGroup(group)
                .prefetchCount(prefetch)
                .buildAsyncConsumerClient();
        return EventHubLog.open(
                client,
                new EventHubEvents(capture.source().orElse(hub)),
                EventHubCheckpoints.in(container, client.getFullyQualifiedNamespace(), hub, group),
                settings.get(EventHubPullSettings.PARTITIONS_PULLED),
                prefetch);
    }

    private static EventHubClientBuilder client(
            MessagingConnection connection, String hub, Map<String, String> environment) {
        EventHubClientBuilder builder = new EventHubClientBuilder().retryOptions(MessagingClients.fewTries());
        return connection
                .connection()
                .map(string -> builder.connectionString(string.secret(), hub))
                .orElseGet(() -> builder.credential(
                        connection.namespace(),
                        hub,
                        AzureCredentials.ofEnvironment(AzureCredentials.http(), environment)));
    }

    private static void requireAll(Settings settings, Setting<?>... needed) {
        List<String> problems = new ArrayList<>();
        for (Setting<?> setting : needed) {
            if (settings.find(setting).isEmpty()) {
                problems.add(setting.name() + " is missing; it must be " + setting.allowed());
            }
        }
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
    }
}
