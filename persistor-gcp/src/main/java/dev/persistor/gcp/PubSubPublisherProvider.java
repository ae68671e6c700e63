package dev.persistor.gcp;

import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.MessagePublisherProvider;
import dev.persistor.core.replay.PublishException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Publishes to {@code pubsub://project/topic} with the credentials that Google's own tools find. Where
 * {@code PUBSUB_EMULATOR_HOST} is set, it speaks to that, in plain text and without credentials.
 *
 * <p>It needs {@code com.google.cloud:google-cloud-pubsub}, which this module does not bring, and can do all but open
 * without it.
 *
 * <p>Thread-safe.
 */
public final class PubSubPublisherProvider implements MessagePublisherProvider {

    private static final String EXAMPLE = "pubsub://project/topic";
    /** A legacy project's id begins with a domain and a colon. */
    private static final Pattern PROJECT = Pattern.compile("([a-z0-9.-]+:)?[a-z][a-z0-9-]*");

    private static final Pattern TOPIC = Pattern.compile("(?!goog)[A-Za-z][A-Za-z0-9._~+%-]{2,254}");

    /** For the service loader. */
    public PubSubPublisherProvider() {}

    @Override
    public String example() {
        return EXAMPLE;
    }

    @Override
    public boolean accepts(URI target) {
        return "pubsub".equals(target.getScheme());
    }

    @Override
    public MessagePublisher open(URI target, Map<String, String> environment) {
        String topic = topic(target);
        Optional<String> emulator = PubSubEmulator.in(environment);
        requireClient(target);
        return emulator.isEmpty() ? PubSubPublisher.open(topic) : PubSubPublisher.openEmulator(topic, emulator.get());
    }

    /** Returns the topic's whole name. */
    private static String topic(URI target) {
        // Not getHost: it has no colon, and a legacy project has.
        String project = target.getRawAuthority();
        if (project == null || !PROJECT.matcher(project).matches()) {
            throw malformed(target, "a project has lower-case letters, digits and hyphens");
        }
        String topic = target.getPath().replaceFirst("^/", "");
        if (!TOPIC.matcher(topic).matches()) {
            throw malformed(
                    target,
                    "a topic has 3 to 255 letters, digits and -._~+%, and begins with a letter, but not"
                            + " with goog");
        }
        if (target.getRawQuery() != null || target.getRawFragment() != null) {
            throw malformed(target, "nothing may follow the topic");
        }
        return "projects/" + project + "/topics/" + topic;
    }

    private static IllegalArgumentException malformed(URI target, String rule) {
        return new IllegalArgumentException(target + " is not a topic address: " + rule + "; write " + EXAMPLE);
    }

    /** Functions are deployed without the client, since they only archive. */
    private static void requireClient(URI target) {
        try {
            Class.forName(
                    "com.google.cloud.pubsub.v1.stub.PublisherStub",
                    false,
                    PubSubPublisherProvider.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new PublishException(
                    "open " + target + ": Google's client is not on the class path; add"
                            + " com.google.cloud:google-cloud-pubsub to it",
                    false,
                    e);
        }
    }
}
