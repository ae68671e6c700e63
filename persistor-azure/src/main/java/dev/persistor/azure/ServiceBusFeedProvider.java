package dev.persistor.azure;

import dev.persistor.core.capture.Capture;
import dev.persistor.core.config.Setting;
import dev.persistor.core.config.Settings;
import dev.persistor.core.pull.Feed;
import dev.persistor.core.pull.FeedProvider;
import dev.persistor.core.pull.Intake;
import dev.persistor.core.pull.PullLimits;
import java.util.List;
import java.util.Map;

/**
 * Opens feeds of kind {@code service-bus}: a queue, or a topic's subscription, under locks that are renewed.
 *
 * <p>Thread-safe.
 */
public final class ServiceBusFeedProvider implements FeedProvider {

    /** For the service loader. */
    public ServiceBusFeedProvider() {}

    @Override
    public String kind() {
        return "service-bus";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(
                AzureSettings.SERVICE_BUS_QUEUE,
                AzureSettings.SERVICE_BUS_TOPIC,
                AzureSettings.SERVICE_BUS_SUBSCRIPTION,
                MessagingConnection.connectionString(ServiceBusPull.CONNECTION),
                MessagingConnection.host(ServiceBusPull.CONNECTION),
                ServiceBusPullSettings.SESSIONS,
                ServiceBusPullSettings.CONCURRENT_SESSIONS,
                ServiceBusPullSettings.RENEWAL);
    }

    @Override
    public void check(Settings settings, Map<String, String> environment) {
        ServiceBusPull.check(settings, environment);
    }

    @Override
    public Intake intake(Settings settings, Map<String, String> environment) {
        return ServiceBusPull.intake(settings, environment);
    }

    @Override
    public Feed open(Capture capture, PullLimits limits, Map<String, String> environment) {
        return ServiceBusPull.feed(capture, limits, environment);
    }
}
