package dev.persistor.gcp;

import dev.persistor.core.capture.Capture;
import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Problem;
import dev.persistor.core.config.Setting;
import dev.persistor.core.config.Settings;
import dev.persistor.core.config.SettingsException;
import dev.persistor.core.pull.Feed;
import dev.persistor.core.pull.FeedProvider;
import dev.persistor.core.pull.Intake;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.Redelivery;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Opens feeds of kind {@code pubsub}: what waits in a pull subscription, by streams.
 *
 * <p>Thread-safe.
 */
public final class PubSubFeedProvider implements FeedProvider {

    /** For the service loader. */
    public PubSubFeedProvider() {}

    @Override
    public String kind() {
        return "pubsub";
    }

    @Override
    public List<Setting<?>> settings() {
        return PubSubPullSettings.all();
    }

    @Override
    public void check(Settings settings, Map<String, String> environment) {
        try {
            PubSubEmulator.in(environment);
        } catch (IllegalArgumentException e) {
            throw new SettingsException(Problem.of(String.valueOf(e.getMessage())));
        }
    }

    @Override
    public Intake intake(Settings settings, Map<String, String> environment) {
        String name = settings.get(PubSubPullSettings.SUBSCRIPTION);
        String source = settings.find(PersistorSettings.SOURCE)
                .or(() -> PubSubEvent.shortName(name))
                .orElse(PubSubEvent.UNKNOWN_SOURCE);
        String project = name.split("/", -1)[1];
        return new Intake(
                List.of(new Intake.Claim("subscription " + name, PubSubPullSettings.SUBSCRIPTION)),
                Map.of(source, Set.of("Pub/Sub in the project " + project)));
    }

    @Override
    public Feed open(Capture capture, PullLimits limits, Map<String, String> environment) {
        return stream(capture, limits, environment);
    }

    @Override
    public Optional<Feed> openAgain(
            Capture capture, PullLimits limits, Map<String, String> environment, Redelivery again) {
        PubSubSeek.seek(again, PubSubEmulator.forPull(environment));
        // Filed as what the capture itself receives.
        String captured = capture.settings().get(PubSubPullSettings.SUBSCRIPTION);
        PubSubDelivery delivery = PubSubDelivery.of(capture, captured);
        return Optional.of(
                stream(again.subscription(), delivery, capture, environment).feed(capture, limits, again.isThere()));
    }

    static Feed stream(Capture capture, PullLimits limits, Map<String, String> environment) {
        String name = capture.settings().get(PubSubPullSettings.SUBSCRIPTION);
        return stream(name, PubSubDelivery.of(capture, name), capture, environment)
                .feed(capture, limits, message -> false);
    }

    private static PubSubStream stream(
            String name, PubSubDelivery delivery, Capture capture, Map<String, String> environment) {
        return new PubSubStream(
                name,
                delivery,
                capture.settings().get(PubSubPullSettings.EXTENSION),
                capture.settings().get(PubSubPullSettings.STREAMS),
                PubSubEmulator.forPull(environment));
    }
}
