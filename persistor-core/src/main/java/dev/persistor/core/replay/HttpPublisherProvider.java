package dev.persistor.core.replay;

import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Posts to {@code http} and {@code https} addresses.
 *
 * <p>Thread-safe.
 */
public final class HttpPublisherProvider implements MessagePublisherProvider {

    /** The variable whose value every request carries as its {@code Authorization} header, if it is set. */
    public static final String AUTHORIZATION = "PERSISTOR_HTTP_AUTHORIZATION";

    /** The variable that, when it is {@code true}, allows that header over http to another machine. */
    public static final String PLAIN_AUTHORIZATION = "PERSISTOR_HTTP_PLAIN_AUTHORIZATION";

    /**
     * The variable that says which headers a message has: {@code persistor}, or {@code cloudevents} for those of a CloudEvent in binary
     * mode beside them. Default: {@code persistor}.
     */
    public static final String FORMAT = "PERSISTOR_HTTP_FORMAT";

    private static final Pattern HEADER = Pattern.compile("[\\t\\x20-\\x7e]+");
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

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
            throw new IllegalArgumentException("an HTTP target needs a host: " + example());
        }
        Optional<String> authorization = Optional.ofNullable(environment.get(AUTHORIZATION))
                .map(String::strip)
                .filter(value -> !value.isEmpty());
        if (authorization.isPresent() && !HEADER.matcher(authorization.get()).matches()) {
            throw new IllegalArgumentException(
                    AUTHORIZATION + " has a character that is not allowed in HTTP headers; it must be one"
                            + " line of ASCII, such as \"Bearer TOKEN\"");
        }
        if (authorization.isPresent() && !isPrivate(target) && !isAllowed(environment)) {
            throw new IllegalArgumentException(AUTHORIZATION + " would go to " + target.getHost()
                    + " over unencrypted http; use https, or set " + PLAIN_AUTHORIZATION + "=true");
        }
        HttpFormat format = HttpFormat.named(FORMAT, environment.getOrDefault(FORMAT, "persistor"));
        return new HttpPublisher(new HttpRequests(target, authorization, format));
    }

    /** Returns whether the connection to the target cannot be read by others. */
    private static boolean isPrivate(URI target) {
        return "https".equals(target.getScheme())
                || THIS_MACHINE.contains(target.getHost().toLowerCase(Locale.ROOT));
    }

    private static boolean isAllowed(Map<String, String> environment) {
        String text = environment.getOrDefault(PLAIN_AUTHORIZATION, "").strip();
        if (!text.isEmpty() && !text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException(PLAIN_AUTHORIZATION + " must be true or false");
        }
        return text.equals("true");
    }
}
