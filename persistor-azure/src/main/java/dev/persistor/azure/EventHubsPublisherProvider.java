package dev.persistor.azure;

import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.MessagePublisherProvider;
import java.net.URI;
import java.util.Map;

/**
 * Opens {@code eventhubs://NAMESPACE/hub}, the namespace by its short name or with its domain, with the credentials
 * that Azure's own tools find: managed identity, workload identity, or a service principal in the environment. Where
 * {@code PERSISTOR_EVENTHUBS_CONNECTION_STRING} is set, it is used in their place, and must belong to the same namespace or
 * to an emulator.
 *
 * <p>Needs {@code com.azure:azure-messaging-eventhubs} on the class path.
 *
 * <p>Thread-safe.
 */
public final class EventHubsPublisherProvider implements MessagePublisherProvider {

    private static final MessagingProvider PROVIDER = new MessagingProvider(
            "eventhubs", "hub", "PERSISTOR_EVENTHUBS_CONNECTION_STRING", "azure-messaging-eventhubs");

    /** For the service loader. */
    public EventHubsPublisherProvider() {}

    @Override
    public String example() {
        return "eventhubs://NAMESPACE/hub";
    }

    @Override
    public boolean accepts(URI target) {
        return PROVIDER.accepts(target);
    }

    @Override
    public MessagePublisher open(URI target, Map<String, String> environment) {
        return PROVIDER.open(target, environment, EventHubsPublisher::open);
    }
}
