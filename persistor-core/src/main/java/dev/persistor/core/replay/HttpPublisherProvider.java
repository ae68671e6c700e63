package dev.persistor.core.replay;

import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * Posts to {@code http} and {@code https} addresses.
 *
 * <p>Thread-safe.
 */
public final class HttpPublisherProvider implements MessagePublisherProvider {

    /** The variable whose value every request carries as its {@code Authorization} header, if it is set. */
    public static final String AUTHORIZATION = "PERSISTOR_HTTP_AUTHORIZATION";

    /** For {@link java.util.ServiceLoader}. */
    public HttpPublisherProvider() {}

    @Override
    public String example() {
        return "https://host/path";
    }

    @Override
    public boolean accepts(URI target) {
        return "http".equals(target.getScheme()) || "https".equals(target.getScheme());
    }

    @Override
    public MessagePublisher open(URI target, Map<String, String> environment) {
        if (target.getHost() == null) {
            throw new IllegalArgumentException("a target of HTTP needs a host: " + example());
        }
        return new HttpPublisher(target, Optional.ofNullable(environment.get(AUTHORIZATION)));
    }
}
