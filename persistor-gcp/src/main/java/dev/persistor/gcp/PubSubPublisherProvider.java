package dev.persistor.gcp;

import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.MessagePublisherProvider;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Opens {@code pubsub://project/topic}, with the credentials that Google's own tools find. Where
 * {@code PUBSUB_EMULATOR_HOST} is set, it publishes there, without encryption and without credentials.
 *
 * <p>Needs {@code com.google.cloud:google-cloud-pubsub} on the class path.
 *
 * <p>Thread-safe.
 */
public final class PubSubPublisherProvider implements MessagePublisherProvider {

    private static final String SCHEME = "pubsub";
    private static final String EMULATOR = "PUBSUB_EMULATOR_HOST";

    /** Projects of organizations of old have a domain before a colon. */
    private static final Pattern ADDRESS =
            Pattern.compile("pubsub://((?:[a-z][a-z0-9.-]*:)?[a-z][a-z0-9-]*)/([A-Za-z][A-Za-z0-9._~%+-]*)");

    /** For {@link java.util.ServiceLoader}. */
    public PubSubPublisherProvider() {}

    @Override
    public String example() {
        return "pubsub://project/topic";
    }

    @Override
    public boolean accepts(URI target) {
        return SCHEME.equals(target.getScheme());
    }

    @Override
    public MessagePublisher open(URI target, Map<String, String> environment) {
        Matcher address = ADDRESS.matcher(target.toString());
        if (!address.matches()) {
            throw new IllegalArgumentException("\"" + target + "\" is no topic of Pub/Sub: write " + example()
                    + ", the project's id and the topic's, without anything behind them");
        }
        try {
            return PubSubPublisher.open(
                    address.group(1), address.group(2), Optional.ofNullable(environment.get(EMULATOR)));
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "publishing to Pub/Sub needs com.google.cloud:google-cloud-pubsub on the class path", e);
        }
    }
}
