package dev.persistor.azure;

import com.azure.core.amqp.AmqpRetryOptions;
import com.azure.messaging.servicebus.ServiceBusClientBuilder;
import com.azure.messaging.servicebus.ServiceBusSessionReceiverAsyncClient;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import dev.persistor.core.Capture;
import dev.persistor.core.config.Settings;
import dev.persistor.core.config.SettingsException;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.PullReport;
import dev.persistor.core.pull.PullRun;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

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
        return PullRequests.answer(request, body -> {
            Capture capture = FunctionApp.capture();
            PullLimits limits = PullLimits.of(capture.settings()).lowered(body);
            return PullRequests.Report.of(archive(capture, limits, System.getenv()));
        });
    }

    static PullReport archive(Capture capture, PullLimits limits, Map<String, String> environment) {
        Duration renewal = capture.settings().get(ServiceBusPullSettings.RENEWAL);
        try (ServiceBusReceivers receivers = open(capture, environment)) {
            return PullRun.start(capture, limits, receivers, renewal).pullFrom(receivers);
        }
    }

    private static ServiceBusReceivers open(Capture capture, Map<String, String> environment) {
        Entity entity = Entity.of(capture.settings());
        ServiceBusMessages messages = new ServiceBusMessages(capture.source().orElse(entity.name()));
        ServiceBusClientBuilder client = client(environment);
        if (capture.settings().get(ServiceBusPullSettings.SESSIONS)) {
            ServiceBusSessionReceiverAsyncClient sessions =
                    entity.of(client.sessionReceiver()).buildAsyncClient();
            return new ServiceBusReceivers(
                    entity.name(),
                    true,
                    capture.settings().get(ServiceBusPullSettings.CONCURRENT_SESSIONS),
                    sessions::acceptNextSession,
                    messages,
                    sessions::close);
        }
        return new ServiceBusReceivers(
                entity.name(),
                false,
                1,
                () -> Mono.fromSupplier(() -> entity.of(client.receiver()).buildAsyncClient()),
                messages,
                () -> {});
    }

    private static ServiceBusClientBuilder client(Map<String, String> environment) {
        MessagingConnection connection = MessagingConnection.of("SERVICE_BUS_CONNECTION", environment);
        AmqpRetryOptions retries = MessagingClients.fewTries();
        ServiceBusClientBuilder builder = new ServiceBusClientBuilder().retryOptions(retries);
        return connection
                .connection()
                .map(string -> builder.connectionString(string.secret()))
                .orElseGet(() -> builder.credential(
                        connection.namespace(), AzureCredentials.ofEnvironment(AzureCredentials.http(), environment)));
    }

    /** A queue, or a topic's subscription. */
    private record Entity(Optional<String> queue, String topic, String subscription) {

        static Entity of(Settings settings) {
            Optional<String> queue = settings.find(AzureSettings.SERVICE_BUS_QUEUE);
            Optional<String> topic = settings.find(AzureSettings.SERVICE_BUS_TOPIC);
            Optional<String> subscription = settings.find(AzureSettings.SERVICE_BUS_SUBSCRIPTION);
            boolean isTopic = topic.isPresent() && subscription.isPresent();
            if (queue.isPresent() == isTopic) {
                throw new SettingsException(List.of(
                        "either SERVICE_BUS_QUEUE must be set, or SERVICE_BUS_TOPIC and SERVICE_BUS_SUBSCRIPTION"
                                + " together, to say what ServiceBusPull empties"));
            }
            return new Entity(queue, topic.orElse(""), subscription.orElse(""));
        }

        String name() {
            return queue.orElse(topic);
        }

        ServiceBusClientBuilder.ServiceBusReceiverClientBuilder of(
                ServiceBusClientBuilder.ServiceBusReceiverClientBuilder builder) {
            // Locks are renewed by the run, and messages completed when they are durable.
            builder.disableAutoComplete()
                    .maxAutoLockRenewDuration(Duration.ZERO)
                    .prefetchCount(0);
            return queue.isPresent()
                    ? builder.queueName(queue.get())
                    : builder.topicName(topic).subscriptionName(subscription);
        }

        ServiceBusClientBuilder.ServiceBusSessionReceiverClientBuilder of(
                ServiceBusClientBuilder.ServiceBusSessionReceiverClientBuilder builder) {
            builder.disableAutoComplete()
                    .maxAutoLockRenewDuration(Duration.ZERO)
                    .prefetchCount(0);
            return queue.isPresent()
                    ? builder.queueName(queue.get())
                    : builder.topicName(topic).subscriptionName(subscription);
        }
    }
}
