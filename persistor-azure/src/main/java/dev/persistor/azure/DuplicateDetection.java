package dev.persistor.azure;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.exception.ResourceNotFoundException;
import com.azure.core.http.policy.FixedDelayOptions;
import com.azure.core.http.policy.HttpPipelinePolicy;
import com.azure.core.http.policy.RetryOptions;
import com.azure.core.util.UrlBuilder;
import com.azure.messaging.servicebus.administration.ServiceBusAdministrationAsyncClient;
import com.azure.messaging.servicebus.administration.ServiceBusAdministrationClientBuilder;
import java.net.MalformedURLException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Asks the management endpoint of a namespace whether a queue or topic drops messages whose ids it knows. Senders are not told of that,
 * and few of them may ask: it takes the right to manage.
 *
 * <p>Thread-safe.
 */
final class DuplicateDetection {

    /** The management endpoint of an emulator, if it is not port 5300 of its host. */
    static final String EMULATOR = "PERSISTOR_SERVICEBUS_EMULATOR_MANAGEMENT";

    private static final Logger LOG = LoggerFactory.getLogger(DuplicateDetection.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int EMULATOR_PORT = 5300;
    private static final String ADVICE = " Use --new-ids so that all messages arrive.";

    private final String entity;
    private final Supplier<ServiceBusAdministrationAsyncClient> client;
    private final Duration limit;

    private DuplicateDetection(String entity, Supplier<ServiceBusAdministrationAsyncClient> client, Duration limit) {
        this.entity = entity;
        this.client = client;
        this.limit = limit;
    }

    /** Prepares to ask, and connects to nothing yet. */
    static DuplicateDetection of(
            MessagingAddress address, Optional<ConnectionString> connection, Map<String, String> environment) {
        return of(address, connection, environment, LIMIT);
    }

    static DuplicateDetection of(
            MessagingAddress address,
            Optional<ConnectionString> connection,
            Map<String, String> environment,
            Duration limit) {
        return new DuplicateDetection(address.entity(), () -> client(address, connection, environment), limit);
    }

    private static ServiceBusAdministrationAsyncClient client(
            MessagingAddress address, Optional<ConnectionString> connection, Map<String, String> environment) {
        ServiceBusAdministrationClientBuilder builder = new ServiceBusAdministrationClientBuilder()
                .httpClient(new AzureHttpClient())
                .retryOptions(new RetryOptions(new FixedDelayOptions(0, Duration.ofMillis(1))));
        connection.ifPresentOrElse(
                string -> builder.connectionString(string.secret()),
                () -> builder.credential(
                        address.namespace(), AzureCredentials.ofEnvironment(new AzureHttpClient(), environment)));
        connection
                .filter(ConnectionString::emulator)
                .ifPresent(string -> builder.addPolicy(to(URI.create(
                        environment.getOrDefault(EMULATOR, "http://" + string.host() + ":" + EMULATOR_PORT)))));
        return builder.buildAsyncClient();
    }

    /** The client speaks https to the usual port, and an emulator has neither. */
    private static HttpPipelinePolicy to(URI management) {
        return (context, next) -> {
            try {
                context.getHttpRequest()
                        .setUrl(UrlBuilder.parse(context.getHttpRequest().getUrl())
                                .setScheme(management.getScheme())
                                .setHost(management.getHost())
                                .setPort(management.getPort())
                                .toUrl());
            } catch (MalformedURLException e) {
                return Mono.error(e);
            }
            return next.process();
        };
    }

    /** Returns what a user should know of the entity: that it drops what it knows, or that this is not known. */
    List<String> warnings(String target) {
        try {
            ServiceBusAdministrationAsyncClient asked = client.get();
            Optional<Duration> window = asked.getQueue(entity)
                    .map(queue -> queue.isDuplicateDetectionRequired()
                            ? Optional.of(queue.getDuplicateDetectionHistoryTimeWindow())
                            : Optional.<Duration>empty())
                    .onErrorResume(
                            ResourceNotFoundException.class,
                            failure -> asked.getTopic(entity)
                                    .map(topic -> topic.isDuplicateDetectionRequired()
                                            ? Optional.of(topic.getDuplicateDetectionHistoryTimeWindow())
                                            : Optional.empty()))
                    .block(limit);
            return window == null || window.isEmpty()
                    ? List.of()
                    : List.of(target
                            + " detects duplicates: it silently drops a message whose id it received within the last "
                            + shown(window.get()) + "." + ADVICE);
        } catch (RuntimeException e) {
            LOG.debug("The management endpoint of {} does not tell whether duplicates are detected", target, e);
            return List.of("It is not known whether " + target + " detects duplicates: " + reason(e)
                    + ". If it does, it silently drops a message whose id it received recently." + ADVICE);
        }
    }

    private static String shown(Duration window) {
        return window.toString().substring(2).toLowerCase(Locale.ROOT);
    }

    private String reason(RuntimeException failure) {
        if (failure instanceof ResourceNotFoundException) {
            return "no queue or topic with this name was found";
        }
        if (failure instanceof HttpResponseException answered && answered.getResponse() != null) {
            int status = answered.getResponse().getStatusCode();
            return "the management endpoint answers " + status
                    + (status == 401 || status == 403
                            ? " (use a connection string with the claim Manage, or the role Azure Service Bus"
                                    + " Data Owner)"
                            : "");
        }
        if (failure instanceof IllegalArgumentException || failure.getCause() instanceof IllegalArgumentException) {
            return "the connection string is not for the whole namespace with a key";
        }
        return "the management endpoint does not answer"
                + (failure instanceof IllegalStateException ? " within " + limit.toSeconds() + " s" : "");
    }
}
