package dev.persistor.gcp;

import dev.persistor.core.config.Setting;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * The settings of the push endpoint beside those of every entry point.
 *
 * <p>Immutable.
 */
public final class PubSubPushSettings {

    /**
     * Headers that belong to the request and not to the message, whatever the setting says; credentials are among them. What
     * Google's front end and other proxies add begins with one of {@link #TRANSPORT_PREFIXES}.
     */
    private static final Set<String> TRANSPORT = Set.of(
            "accept",
            "accept-encoding",
            "authorization",
            "connection",
            "content-length",
            "content-type",
            "cookie",
            "date",
            "expect",
            "forwarded",
            "from",
            "function-execution-id",
            "host",
            "http2-settings",
            "keep-alive",
            "proxy-authorization",
            "set-cookie",
            "te",
            "traceparent",
            "tracestate",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "user-agent",
            "via",
            "x-api-key",
            "x-real-ip",
            "x-request-id");

    private static final List<String> TRANSPORT_PREFIXES = List.of(
            "x-goog-",
            "x-forwarded-",
            "x-cloud-",
            "x-appengine-",
            "x-envoy-",
            "x-b3-",
            "x-amzn-",
            "x-serverless-",
            "cf-");

    /**
     * Names of attributes, as HTTP has them: in lower case.
     *
     * @param names whole names
     * @param beginnings how other names begin
     */
    record Names(Set<String> names, List<String> beginnings) {

        static Names parse(String text) {
            Set<String> names = new TreeSet<>();
            Set<String> beginnings = new TreeSet<>();
            Arrays.stream(text.split(",", -1))
                    .map(name -> name.strip().toLowerCase(Locale.ROOT))
                    .forEach(name -> {
                        int star = name.indexOf('*');
                        if (name.isEmpty() || (star >= 0 && star < name.length() - 1)) {
                            throw new IllegalArgumentException(
                                    name.isEmpty() ? "a name is empty" : "a * must be at the end of a name");
                        }
                        (star < 0 ? names : beginnings).add(star < 0 ? name : name.substring(0, star));
                    });
            return new Names(Set.copyOf(names), List.copyOf(beginnings));
        }

        /** Tells whether a header is an attribute of the message. */
        boolean hold(String header) {
            return !isTransport(header)
                    && (names.contains(header) || beginnings.stream().anyMatch(header::startsWith));
        }
    }

    /** The headers that are attributes. */
    static final Setting<Names> ATTRIBUTES = Setting.optional(
                    "PERSISTOR_UNWRAPPED_ATTRIBUTES",
                    "The message attributes that unwrapped pushes carry as headers. Pub/Sub mixes them with the"
                            + " request's own headers, so other headers are not archived. A * at the end of a name"
                            + " matches any rest; * alone matches all headers except those known to belong to the"
                            + " request.",
                    "names separated by commas, such as eventtype,customer-*",
                    Names::parse)
            .withDefault("ce-*");

    private PubSubPushSettings() {}

    /** Returns all of these settings, in the order of the reference. */
    public static List<Setting<?>> all() {
        return List.of(ATTRIBUTES);
    }

    /** Tells whether a header is known to be the request's. */
    static boolean isTransport(String header) {
        return TRANSPORT.contains(header) || TRANSPORT_PREFIXES.stream().anyMatch(header::startsWith);
    }
}
