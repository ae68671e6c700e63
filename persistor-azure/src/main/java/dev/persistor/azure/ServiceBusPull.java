package dev.persistor.azure;

import com.azure.core.amqp.AmqpRetryOptions;
import com.azure.messaging.servicebus.ServiceBusReceiverAsyncClient;
import com.azure.messaging.servicebus.ServiceBusSessionReceiverAsyncClient;
import com.azure.messaging.servicebus.UnalteredServiceBusClients;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Problem;
import dev.persistor.core.config.Setting;
import dev.persistor.core.config.Settings;
import dev.persistor.core.config.SettingsException;
import dev.persistor.core.pull.Feed;
import dev.persistor.core.pull.Intake;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.PullReport;
import dev.persistor.core.pull.PullRun;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import reactor.core.publisher.Mono;

/**
 * One run of {@link ServiceBusPullFunction}. It stands apart, because the Functions worker and the plugin that packs an app look at all
 * methods of a function's class, and the clients' classes in their signatures are only there in an app that pulls.
 */
final class ServiceBusPull {

    static final String CONNECTION = "SERVICE_BUS_CONNECTION";

    private ServiceBusPull() {}

    static PullReport archive(Capture capture, PullLimits limits, Map<String, String> environment) {
        try (Feed feed = feed(capture, limits, environment)) {
            return feed.archive();
        }
    }

    static Feed feed(Capture capture, PullLimits limits, Map<String, String> environment) {
        Duration renewal = capture.settings().get(ServiceBusPullSettings.RENEWAL);
        ServiceBusReceivers receivers = open(capture, environment);
        return Feed.asking(
                receivers,
                PullRun.of(capture, limits, receivers).extendEvery(renewal).start(),
                receivers::close);
    }

    /**
     * Checks what a namespace and an entity are given by.
     *
     * @throws SettingsException if they are not
     */
    static void check(Settings settings, Map<String, String> environment) {
        Entity entity = Entity.of(settings);
        connection(entity, environment);
        if (entity.areDeadLetters() && settings.get(ServiceBusPullSettings.SESSIONS)) {
            throw new SettingsException(Problem.of(
                    ServiceBusPullSettings.SESSIONS,
                    " is true, and " + entity.source()
                            + " is a dead-letter queue, which has no sessions; remove the setting"));
        }
    }

    private static MessagingConnection connection(Entity entity, Map<String, String> environment) {
        MessagingConnection connection = MessagingConnection.of(CONNECTION, environment);
        connection.requireEntity(CONNECTION, entity.setting(), DeadLetters.entityOf(entity.name()));
        return connection;
    }

    /** Returns what is taken of the queue or subscription. */
    static Intake intake(Settings settings, Map<String, String> environment) {
        Entity entity = Entity.of(settings);
        String namespace = connection(entity, environment).namespace().toLowerCase(Locale.ROOT);
        Intake.Claim claim = entity.queue().isPresent()
                ? new Intake.Claim(
                        "queue " + entity.name().toLowerCase(Locale.ROOT) + " of " + namespace,
                        AzureSettings.SERVICE_BUS_QUEUE)
                : new Intake.Claim(
                        "subscription " + entity.subscription().toLowerCase(Locale.ROOT) + " of the topic "
                                + entity.name().toLowerCase(Locale.ROOT) + " of " + namespace,
                        AzureSettings.SERVICE_BUS_SUBSCRIPTION);
        return new Intake(
                List.of(claim),
                Map.of(
                        settings.find(PersistorSettings.SOURCE).orElse(entity.source()),
                        Set.of("Service Bus at " + namespace)));
    }

    private static ServiceBusReceivers open(Capture capture, Map<String, String> environment) {
        Entity entity = Entity.of(capture.settings());
        ServiceBusMessages messages =
                new ServiceBusMessages(capture.source().orElse(entity.source()), entity.areDeadLetters());
        UnalteredServiceBusClients clients = clients(entity, environment);
        Callable<ServiceBusReceiverAsyncClient> receiver = clients::receiver;
        Mono<?> look =
                Mono.using(receiver, ServiceBusReceiverAsyncClient::peekMessage, ServiceBusReceiverAsyncClient::close);
        if (capture.settings().get(ServiceBusPullSettings.SESSIONS)) {
            ServiceBusSessionReceiverAsyncClient sessions = clients.sessions();
            return new ServiceBusReceivers(
                    entity.name(),
                    true,
                    capture.settings().get(ServiceBusPullSettings.CONCURRENT_SESSIONS),
                    sessions::acceptNextSession,
                    look,
                    messages,
                    sessions::close);
        }
        return new ServiceBusReceivers(
                entity.name(), false, 1, () -> Mono.fromCallable(receiver), look, messages, () -> {});
    }

    private static UnalteredServiceBusClients clients(Entity entity, Map<String, String> environment) {
        MessagingConnection connection = connection(entity, environment);
        AmqpRetryOptions retries = MessagingClients.fewTries();
        return entity.of(connection
                .connection()
                .map(string -> UnalteredServiceBusClients.Namespace.of(string.secret(), retries))
                .orElseGet(() -> UnalteredServiceBusClients.Namespace.of(
                        connection.namespace(),
                        AzureCredentials.ofEnvironment(new AzureHttpClient(), environment),
                        retries)));
    }

    /** A queue, or a topic's subscription. */
    private record Entity(Optional<String> queue, String topic, String subscription) {

        static Entity of(Settings settings) {
            Optional<String> queue = settings.find(AzureSettings.SERVICE_BUS_QUEUE);
            Optional<String> topic = settings.find(AzureSettings.SERVICE_BUS_TOPIC);
            Optional<String> subscription = settings.find(AzureSettings.SERVICE_BUS_SUBSCRIPTION);
            boolean isTopic = topic.isPresent() && subscription.isPresent();
            if (queue.isPresent() == isTopic) {
                throw new SettingsException(Problem.about(
                        AzureSettings.SERVICE_BUS_QUEUE,
                        "either ",
                        AzureSettings.SERVICE_BUS_QUEUE,
                        " must be set, or ",
                        AzureSettings.SERVICE_BUS_TOPIC,
                        " and ",
                        AzureSettings.SERVICE_BUS_SUBSCRIPTION,
                        " together"));
            }
            return new Entity(queue, topic.orElse(""), subscription.orElse(""));
        }

        String name() {
            return queue.orElse(topic);
        }

        /** Sequence numbers of a topic's dead letters are not those of its messages, so they have a source of their own. */
        String source() {
            return queue.isEmpty() && areDeadLetters() ? topic + "/" + subscription : name();
        }

        boolean areDeadLetters() {
            return DeadLetters.isQueue(queue.orElse(subscription));
        }

        Setting<String> setting() {
            return queue.isPresent() ? AzureSettings.SERVICE_BUS_QUEUE : AzureSettings.SERVICE_BUS_TOPIC;
        }

        UnalteredServiceBusClients of(UnalteredServiceBusClients.Namespace namespace) {
            return queue.isPresent() ? namespace.queue(queue.get()) : namespace.subscription(topic, subscription);
        }
    }
}
